// Why there is no stack, in sentences, or one stack as the proof that there is; for a pin, why it is or is not possible.
import type { Requirement } from '../../../shared/stack/requirement.ts';
import { specifierAllows } from '../../../shared/stack/specifier.ts';
import type { Stack, StackPackage } from '../../../shared/stack/stack.ts';
import { parseRequirement } from '../../../shared/stack/requirement.ts';
import { EXCLUSION_LABELS } from '../space/exclusion.ts';
import { openStateSpace, type StateSpaceInput } from '../space/open-state-space.ts';
import type { StateSpace } from '../space/state-space.ts';
import { stackOf } from '../stack-of.ts';
import { derivationSentences } from './derivation.ts';
import { knownIncompatibilities } from './known-incompatibilities.ts';
import { solve } from './learning-solver.ts';

const MAX_CONFLICTS = 20_000;

export interface Explanation {
  /** Some stack of the space, or null when there is none. */
  readonly stack: Stack | null;
  /** The derivation that there is none, step by step; empty when there is one. */
  readonly sentences: readonly string[];
}

/**
 * @param pins those of the space's requirements that were not asked for, but asked about
 * @throws TROOP-1907 after more conflicts than that
 */
export function explainSpace(
  space: StateSpace,
  maxConflicts = MAX_CONFLICTS,
  pins: readonly Requirement[] = [],
): Explanation {
  const { discovered } = space;
  const solution = solve(discovered.model, knownIncompatibilities(space, pins), maxConflicts);
  if (solution.kind === 'none') {
    return { stack: null, sentences: derivationSentences(space, solution.proof) };
  }
  return { stack: stackOf({ ...space, ...discovered }, solution.values), sentences: [] };
}

/**
 * Whether pins such as `numpy==1.26.4` are possible together within a request, and if not, which requirement excludes them.
 * @throws as `openStateSpace` and `explainSpace`
 */
export function explainPins(input: StateSpaceInput, pins: readonly Requirement[]): Explanation {
  const space = openStateSpace({ ...input, requirements: [...input.requirements, ...pins] });
  const left = space.excluded.filter(({ name, version }) =>
    pins.some((pin) => pin.name === name && specifierAllows(pin.specifier, version)),
  );
  const explanation = explainSpace(space, MAX_CONFLICTS, pins);
  const notes = left.map(
    ({ name, version, index, variant, reason }) =>
      `${name} ${version}${variant === null ? '' : ` (${variant})`} of ${index} is left out: ${EXCLUSION_LABELS[reason]}.`,
  );
  return explanation.stack === null
    ? { stack: null, sentences: [...notes, ...explanation.sentences] }
    : explanation;
}

/** Whether all pins of a stack are possible together within a request, and if not, which requirement excludes them. */
export function explainStack(input: StateSpaceInput, packages: readonly StackPackage[]): Explanation {
  const pins = packages.map(({ name, version }) => parseRequirement(`${name}==${version}`));
  const space = openStateSpace({ ...input, requirements: [...input.requirements, ...pins] });
  return explainSpace(space, MAX_CONFLICTS, pins);
}
