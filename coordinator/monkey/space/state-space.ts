// Every stack that requirements allow in one target environment under one policy: what strategies, counts and explanations
// work on. Immutable; made by `openStateSpace`.
import type { Alternatives } from '../../../shared/stack/alternatives.ts';
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import type { ReleaseLookup } from '../../../shared/stack/release.ts';
import type { Requirement } from '../../../shared/stack/requirement.ts';
import type { Candidate } from './candidate.ts';
import type { ExcludedRelease } from './exclusion.ts';
import type { Model } from './model.ts';
import type { SpacePolicy } from './space-policy.ts';

export interface StateSpace {
  readonly environment: TargetEnvironment;
  readonly policy: SpacePolicy;
  readonly lookup: ReleaseLookup;
  /** Lines of the request that apply in the environment, in the order given. */
  readonly requirements: readonly Requirement[];
  readonly constraints: readonly Requirement[];
  readonly indexFingerprints: Readonly<Record<string, string>>;
  /** Projects that may stand for others; such a group is one package of the model, called by its head. */
  readonly alternatives: Alternatives;
  /** One value a candidate, newest first. Empty of packages when there is no stack. */
  readonly model: Model;
  /** By package of the model, by value; none of a selector. */
  readonly candidates: readonly (readonly Candidate[])[];
  /** What was found before anything was ruled out: what explanations speak about. */
  readonly discovered: DiscoveredSpace;
  /** By package of the model: whether every stack has it. */
  readonly isRequired: readonly boolean[];
  /** Null, or why there is certainly no stack. Null does not promise that there is one. */
  readonly conflict: SpaceConflict | null;
  /** What was left out of the projects that were looked at. */
  readonly excluded: readonly ExcludedRelease[];
  /** By package of the model, by value: what the rules add to the score of a stack. Null when no rule scores. */
  readonly scores: readonly Float64Array[] | null;
  /** Projects looked at, with their numbers of candidates before propagation. */
  readonly seenCandidates: ReadonlyMap<string, number>;
  /** Projects that the policy assumed, since the knowledge lacks them. */
  readonly assumed: readonly string[];
}

export interface DiscoveredSpace {
  readonly model: Model;
  /** By package of this model, by value; a virtual package has those of its base. */
  readonly candidates: readonly (readonly Candidate[])[];
}

export interface SpaceConflict {
  /** Name of the package of which no candidate was left. */
  readonly packageName: string;
  /** One sentence. */
  readonly text: string;
}
