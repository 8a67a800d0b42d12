// The door of the room: from requirements and knowledge to a state space.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import { applicableRequirements } from '../../../shared/stack/policy.ts';
import type { ReleaseLookup } from '../../../shared/stack/release.ts';
import type { Requirement } from '../../../shared/stack/requirement.ts';
import { openTarget } from '../../../shared/stack/target.ts';
import { at } from './at.ts';
import { DependencyLines } from './dependency-lines.ts';
import { discoverModel, type Discovery } from './discover-model.ts';
import type { ExcludedRelease } from './exclusion.ts';
import type { Model } from './model.ts';
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
}

const EMPTY_MODEL: Model = Object.freeze({ packages: [], requirements: [], roots: [] });

/**
 * Compiles the state space of a request. A request that nothing satisfies gives a space with a `conflict`, not an error.
 * @throws TROOP-1901 for a project that the knowledge lacks, TROOP-1902 for a root that names a URL, TROOP-1903 for a
 * request without any line, TROOP-1807 and TROOP-1808 for an unknown environment, TROOP-1820 for a wrong cutoff
 */
export function openStateSpace(input: StateSpaceInput): StateSpace {
  checkRequest(input);
  const policy = spacePolicy(input.policy);
  const target = openTarget(input.environment);
  const requirements = applicableRequirements(input.requirements, target.markers);
  const constraints = applicableRequirements(input.constraints ?? [], target.markers);
  const excluded: ExcludedRelease[] = [];
  const discovery = discoverModel({
    roots: requirements,
    constraints,
    lookup: input.lookup,
    rules: {
      target,
      policy,
      lines: new DependencyLines(target.markers),
      exclude: ({ name, version, index }, reason) => excluded.push({ name, version, index, reason }),
    },
  });
  const settled = settleModel(discovery.model);
  const conflict = conflictOf(discovery, settled.conflictPackage);
  const remapped = conflict === null ? remapModel(discovery.model, settled.alive) : null;
  const model = remapped?.model ?? EMPTY_MODEL;
  const assumed = checkMissing(discovery, conflict === null ? model : discovery.model, policy);
  return {
    environment: input.environment,
    policy,
    lookup: input.lookup,
    requirements,
    constraints,
    indexFingerprints: input.indexFingerprints ?? {},
    model,
    candidates: (remapped?.oldPackages ?? []).map((old, index) =>
      at(remapped?.oldValues ?? [], index).map((values) => at(at(discovery.candidates, old), at(values, 0))),
    ),
    discovered: { model: discovery.model, candidates: discovery.candidates },
    isRequired: (remapped?.oldPackages ?? []).map((old) => at(settled.isRequired, old)),
    conflict,
    excluded,
    seenCandidates: discovery.seen,
    assumed,
  };
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

/** A missing project is an error only where it could still be part of a stack. */
function checkMissing(discovery: Discovery, model: Model, policy: SpacePolicy): readonly string[] {
  const names = new Set(model.packages.map((item) => item.name));
  const missing = discovery.missing.filter((name) => names.has(name)).toSorted();
  const [name] = missing;
  if (name !== undefined && policy.missing === 'error') {
    throw new TroopError('TROOP-1901', {
      name,
      others: missing.length - 1,
      names: missing.slice(0, 50).join(' '),
    });
  }
  return missing;
}

function conflictOf(discovery: Discovery, packageIndex: number): SpaceConflict | null {
  if (packageIndex === -1) {
    return null;
  }
  const packageName = at(discovery.model.packages, packageIndex).name;
  const seen = discovery.seen.get(packageName) ?? 0;
  const text =
    seen === 0
      ? `No release of ${packageName} is a candidate in this environment under this policy.`
      : `Every candidate of ${packageName} (${seen} of them) is ruled out by what the rest of every stack requires.`;
  return { packageName, text };
}
