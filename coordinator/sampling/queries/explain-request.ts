// Why a request has no stack, or why a named stack or pin is none of it, in sentences.
import { parseRequirement, type Requirement } from '../../../shared/stack/requirement.ts';
import type { Stack } from '../../../shared/stack/stack.ts';
import {
  explainPins,
  explainSpace,
  explainStack,
  type Explanation,
} from '../../monkey/explain/explain-space.ts';
import { EXCLUSION_LABELS } from '../../monkey/space/exclusion.ts';
import type { OpenSpace } from '../open-space.ts';
import type { SpaceRequest } from '../space-request.ts';
import type { Spaces } from '../spaces.ts';
import { givenStack, violationsOf, type GivenStack } from './check-stack.ts';

export interface ExplainRequest {
  readonly space: SpaceRequest;
  /** Further requirements such as `numpy==1.26.4`: are they possible together? */
  readonly pins: readonly string[];
  /** Is this stack one of the request's? Null asks whether there is any. */
  readonly stack: GivenStack | null;
}

export interface ExplainAnswer {
  readonly possible: boolean;
  /** A stack that shows that it is possible; null when it is not. */
  readonly stack: Stack | null;
  /** The derivation that it is not possible, one step a sentence; empty when it is. */
  readonly sentences: readonly string[];
  /** What else should be known. */
  readonly notes: readonly string[];
}

/** @throws TROOP-1907 when the conflicts are too deep, and as `openSpace` and `checkStack` */
export async function explainRequest(spaces: Spaces, request: ExplainRequest): Promise<ExplainAnswer> {
  const open = await spaces.open(request.space);
  if (request.stack !== null) return explainGiven(open, request.stack);
  if (request.pins.length > 0) return explainPinned(open, request.pins);
  return answerOf(explainSpace(open.space), []);
}

function explainPinned({ space, input }: OpenSpace, texts: readonly string[]): ExplainAnswer {
  const pins = texts.map(parseRequirement);
  const foreign = new Set(
    pins.map(({ name }) => name).filter((name) => !space.seenCandidates.has(space.alternatives.headOf(name))),
  );
  const explanation = explainPins(input, pins);
  const notes = [
    ...[...foreign].map((name) => `Nothing in the request leads to ${name}; it is only there by the pin.`),
    ...letInByPins(space, pins, explanation),
  ];
  return answerOf(explanation, notes);
}

/** A pin by == admits what the request itself leaves out, as requirements do: without it, no stack has that. */
function letInByPins(
  { excluded }: OpenSpace['space'],
  pins: readonly Requirement[],
  { stack }: Explanation,
): readonly string[] {
  return (stack?.packages ?? [])
    .filter(({ name }) => pins.some((pin) => pin.name === name))
    .flatMap(({ name, version, index, variant = null }) => {
      const left = excluded.find(
        (one) =>
          one.name === name && one.version === version && one.index === index && one.variant === variant,
      );
      return left === undefined
        ? []
        : [`Without the pin, ${name} ${version} of ${index} is left out: ${EXCLUSION_LABELS[left.reason]}.`];
    });
}

/** Pins alone cannot say that a package is superfluous or of the wrong index: that is what the oracle says. */
function explainGiven({ input }: OpenSpace, given: GivenStack): ExplainAnswer {
  const stack = givenStack(input, given);
  const violations = violationsOf(input, stack);
  if (violations.length === 0) return { possible: true, stack, sentences: [], notes: [] };
  const explanation = explainStack({ ...input, environment: stack.environment }, stack.packages);
  return {
    possible: false,
    stack: null,
    sentences: explanation.stack === null ? explanation.sentences : violations.map(({ text }) => text),
    notes: [],
  };
}

function answerOf({ stack, sentences }: Explanation, notes: readonly string[]): ExplainAnswer {
  return { possible: stack !== null, stack, sentences, notes };
}
