// The door of the room: from requirements and knowledge to a state space.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { Alternatives, type AlternativeDeclaration } from '../../../shared/stack/alternatives.ts';
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import { applicableRequirements } from '../../../shared/stack/policy.ts';
import type { ReleaseLookup } from '../../../shared/stack/release.ts';
import type { Requirement } from '../../../shared/stack/requirement.ts';
import type { StackPackage } from '../../../shared/stack/stack.ts';
import { openTarget } from '../../../shared/stack/target.ts';
import { rulesOfSpace } from '../rules/read-rules.ts';
import type { RuleDeclaration } from '../rules/declaration.ts';
import type { RuleEffect } from '../rules/rule.ts';
import { at } from './at.ts';
import { has } from './bit-set.ts';
import { candidateKey, isOpaque, type Candidate } from './candidate.ts';
import { DependencyLines } from './dependency-lines.ts';
import { discoverModel, type Discovery } from './discover-model.ts';
import type { ExcludedRelease } from './exclusion.ts';
import { holdToReference, type HeldCandidates } from './hold-reference.ts';
import { isSelector, type Model } from './model.ts';
import { rejectCombinations } from './reject-combinations.ts';
import { remapModel } from './remap-model.ts';
import { settleModel } from './settle-model.ts';
import { spacePolicy, type SpacePolicy } from './space-policy.ts';
import type { SpaceConflict, StateSpace } from './state-space.ts';

export interface StateSpaceInput {
  /** The request; at least one line. Lines whose marker does not hold in the environment ask for nothing. */
  readonly requirements: readonly Requirement[];
  /** Bounds on packages that something else asks for. */
  readonly constraints?: readonly Requirement[] | undefined;
  readonly lookup: ReleaseLookup;
  /** Canonical: see `canonicalEnvironment`. */
  readonly environment: TargetEnvironment;
  readonly policy?: Partial<SpacePolicy> | undefined;
  /** Fingerprint by index name; goes into the ids of stacks. */
  readonly indexFingerprints?: Readonly<Record<string, string>> | undefined;
  /** Projects that may stand for others. */
  readonly alternatives?: readonly AlternativeDeclaration[] | undefined;
  /** Those whose condition holds in the environment count; those that look at lanes do not. */
  readonly rules?: readonly RuleDeclaration[] | undefined;
  /** The stack that the rules `hold` and `vary` hold to; the newest of the space when absent. */
  readonly reference?: readonly StackPackage[] | null | undefined;
}

const EMPTY_MODEL: Model = Object.freeze({ packages: [], requirements: [], roots: [] });

/**
 * Compiles the state space of a request. A request that nothing satisfies gives a space with a `conflict`, not an error.
 * @throws TROOP-1901 for a project that the knowledge lacks, TROOP-1902 for a root that names a URL, TROOP-1903 for a
 * request without any line, TROOP-1807 and TROOP-1808 for an unknown environment, TROOP-1820 for a wrong cutoff, TROOP-1940
 * for alternatives that overlap, TROOP-1941 to TROOP-1943 for rules
 */
export function openStateSpace(input: StateSpaceInput): StateSpace {
  checkRequest(input);
  const effects = rulesOfSpace(input.rules ?? [], input.environment).map(({ effect }) => effect);
  const space = openUnder(input, effects, null);
  const holds = effects.flatMap((effect) => effect.holds ?? []);
  if (holds.length === 0 || space.conflict !== null) {
    return space;
  }
  const heads = holds.map(({ projects, isAllBut }) => ({
    isAllBut,
    heads: projects.map((project) => space.alternatives.headOf(project)),
  }));
  const held = holdToReference({
    space,
    isHeld: (head) => heads.some((hold) => hold.isAllBut !== hold.heads.includes(head)),
    reference: input.reference ?? null,
    openHeld: (soFar) => openUnder(input, effects, soFar),
  });
  return openUnder(input, effects, held);
}

function openUnder(
  input: StateSpaceInput,
  effects: readonly RuleEffect[],
  held: HeldCandidates | null,
): StateSpace {
  const policy = spacePolicy(input.policy);
  const target = openTarget(input.environment);
  const alternatives = new Alternatives(input.alternatives);
  const requirements = applicableRequirements(input.requirements, target.markers);
  const constraints = applicableRequirements(input.constraints ?? [], target.markers);
  const excluded: ExcludedRelease[] = [];
  const found = discoverModel({
    roots: requirements,
    constraints,
    lookup: input.lookup,
    alternatives,
    rules: {
      target,
      policy,
      lines: new DependencyLines(target.markers),
      admits: (candidate) =>
        effects.every(({ admits }) => admits === undefined || admits(candidate)) &&
        isLeft(candidate, alternatives, held),
      exclude: ({ name, version, index }, variant, reason) =>
        excluded.push({ name, version, index, variant, reason }),
    },
  });
  const discovery = withoutRejected(found, effects);
  const settled = settleModel(discovery.model);
  const conflict = conflictOf(discovery, settled.conflictPackage);
  const remapped = conflict === null ? remapModel(discovery.model, settled.alive) : null;
  const model = remapped?.model ?? EMPTY_MODEL;
  const candidates = (remapped?.oldPackages ?? []).map((old, index) => {
    const own = at(discovery.candidates, old);
    return isSelector(at(model.packages, index))
      ? []
      : at(remapped?.oldValues ?? [], index).map((values) => at(own, at(values, 0)));
  });
  return {
    environment: input.environment,
    policy,
    lookup: input.lookup,
    requirements,
    constraints,
    indexFingerprints: input.indexFingerprints ?? {},
    alternatives,
    model,
    candidates,
    discovered: { model: discovery.model, candidates: discovery.candidates },
    isRequired: (remapped?.oldPackages ?? []).map((old) => at(settled.isRequired, old)),
    conflict,
    excluded,
    scores: scoresOf(candidates, effects),
    seenCandidates: discovery.seen,
    assumed: checkMissing(conflict === null ? candidates : reachedCandidates(discovery), policy),
  };
}

function isLeft(candidate: Candidate, alternatives: Alternatives, held: HeldCandidates | null): boolean {
  const keys = held?.get(alternatives.headOf(candidate.name));
  return keys === undefined || keys.has(candidateKey({ ...candidate, version: candidate.version.text }));
}

/** What was found, less the stacks that have all of a rejected combination. */
function withoutRejected(discovery: Discovery, effects: readonly RuleEffect[]): Discovery {
  const rejections = effects.flatMap(({ rejects }) => rejects ?? []);
  if (rejections.length === 0) {
    return discovery;
  }
  const { isRequired } = settleModel(discovery.model);
  const model = rejectCombinations(discovery.model, discovery.candidates, isRequired, rejections);
  return {
    ...discovery,
    model,
    candidates: model.packages.map((_, index) => discovery.candidates[index] ?? []),
  };
}

function scoresOf(
  candidates: readonly (readonly Candidate[])[],
  effects: readonly RuleEffect[],
): readonly Float64Array[] | null {
  const scorers = effects.flatMap(({ scoreOf }) => scoreOf ?? []);
  return scorers.length === 0
    ? null
    : candidates.map((own) =>
        Float64Array.from(own, (candidate) => scorers.reduce((sum, scoreOf) => sum + scoreOf(candidate), 0)),
      );
}

/** Candidates that something may ask for, before anything was ruled out. */
function reachedCandidates({ model, candidates }: Discovery): readonly (readonly Candidate[])[] {
  return model.packages.map(({ initial }, index) =>
    (candidates[index] ?? []).filter((_, value) => has(initial, value)),
  );
}

function checkRequest(input: StateSpaceInput): void {
  if (input.requirements.length === 0) {
    throw new TroopError('TROOP-1903');
  }
  const url = [...input.requirements, ...(input.constraints ?? [])].find((line) => line.url !== null);
  if (url !== undefined) {
    throw new TroopError('TROOP-1902', { name: url.name });
  }
}

const SHOWN_NAMES = 50;

/** A missing project is an error only where it could still be part of a stack. */
function checkMissing(candidates: readonly (readonly Candidate[])[], policy: SpacePolicy): readonly string[] {
  const opaque = candidates.flatMap((own) => own.filter(isOpaque));
  const missing = [...new Set(opaque.map(({ name }) => name))].toSorted();
  const [name] = missing;
  if (name !== undefined && policy.missing === 'error') {
    const shown = missing.slice(0, SHOWN_NAMES);
    const more = missing.length - shown.length;
    throw new TroopError('TROOP-1901', { name, names: shown.join(' '), ...(more > 0 ? { more } : {}) });
  }
  return missing;
}

function conflictOf(discovery: Discovery, packageIndex: number): SpaceConflict | null {
  if (packageIndex === -1) {
    return null;
  }
  const item = at(discovery.model.packages, packageIndex);
  const packageName = item.name;
  if (isSelector(item)) {
    return { packageName, text: `No stack finds ${packageName}.` };
  }
  const seen = discovery.seen.get(packageName) ?? 0;
  const text =
    seen === 0
      ? `No release of ${packageName} is a candidate in this environment under this policy.`
      : `Every candidate of ${packageName} (${seen} of them) is ruled out by what the rest of every stack requires.`;
  return { packageName, text };
}
