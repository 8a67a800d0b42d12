// Opens the state space of a request on a knowledge snapshot, with what queries and streams need beside it.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { canonicalJson } from '../../shared/stack/canonical-json.ts';
import { canonicalEnvironment } from '../../shared/stack/environment.ts';
import type { EligibilityPolicy } from '../../shared/stack/eligible.ts';
import type { Release, ReleaseFile, ReleaseLookup } from '../../shared/stack/release.ts';
import { parseRequirement } from '../../shared/stack/requirement.ts';
import {
  lockDigest,
  lockPackage,
  withStandIns,
  type LockedStack,
  type Stack,
  type StackPackage,
} from '../../shared/stack/stack.ts';
import { openTarget } from '../../shared/stack/target.ts';
import { withHashes } from '../../shared/stack/with-hashes.ts';
import { explainSpace } from '../monkey/explain/explain-space.ts';
import { openStateSpace, type StateSpaceInput } from '../monkey/space/open-state-space.ts';
import type { StateSpace } from '../monkey/space/state-space.ts';
import type { KnowledgeSnapshot } from '../knowledge/store/release-lookup.ts';
import type { SpaceRequest } from './space-request.ts';

export interface OpenSpace {
  readonly space: StateSpace;
  /** What the space was opened from, for those who ask about another one beside it. */
  readonly input: StateSpaceInput;
  /** @throws TROOP-1811, TROOP-1812 */
  readonly lock: (stack: Stack) => LockedStack;
}

/** @throws TROOP-1328 for an index that the snapshot lacks, and as `parseRequirement` and `openStateSpace` */
export function openSpace(request: SpaceRequest, snapshot: KnowledgeSnapshot): OpenSpace {
  const input = spaceInput(request, snapshot);
  const { allowSdists = false, excludeNewer = null } = request.policy;
  const space = openStateSpace(input);
  const lock = stackLocker(input, { allowYanked: true, allowSdists, excludeNewer });
  return {
    space,
    input,
    // Whoever builds it must know which requirements another project meets than the one that they name.
    lock: (stack) => withStandIns(lock(stack), space.alternatives.standInsOf(stack)),
  };
}

/** Finds the files of a release once: a stream repeats the same few thousand releases in every stack. */
function stackLocker(
  { lookup, environment }: StateSpaceInput,
  eligibility: EligibilityPolicy,
): (stack: Stack) => LockedStack {
  const known = new Map<string, readonly ReleaseFile[]>();
  const target = openTarget(environment);
  const filesOf = (item: StackPackage): readonly ReleaseFile[] => {
    const key = canonicalJson([item.name, item.version, item.index, item.variant ?? null]);
    const files =
      known.get(key) ?? lockPackage(item, lookup.releases(item.name) ?? [], target, eligibility).files;
    known.set(key, files);
    return files;
  };
  return ({ stack_id, environment: of, packages }) => {
    const locked = packages.map((item) => ({ ...item, files: filesOf(item) }));
    return { stack_id, lock_digest: lockDigest(stack_id, locked), environment: of, packages: locked };
  };
}

/** @throws TROOP-1328 for an index that the snapshot lacks, and as `parseRequirement` */
export function spaceInput(request: SpaceRequest, snapshot: KnowledgeSnapshot): StateSpaceInput {
  const known = snapshot.header.indexes.map(({ name }) => name);
  const wanted = [...request.indexes, ...Object.values(request.policy.indexOf ?? {})];
  const missing = wanted.find((name) => !known.includes(name));
  if (missing !== undefined) throw new TroopError('TROOP-1328', { index: missing, known: known.join(', ') });
  const indexes = request.indexes.length === 0 ? known : request.indexes;
  return {
    requirements: request.requirements.map(parseRequirement),
    constraints: request.constraints.map(parseRequirement),
    lookup: withHashes(restricted(snapshot, new Set(indexes)), request.hashes ?? {}),
    environment: canonicalEnvironment(request.environment),
    policy: { ...request.policy, indexOrder: indexes },
    indexFingerprints: snapshot.indexFingerprints,
    alternatives: request.alternatives,
    rules: request.rules,
    reference: request.reference,
  };
}

/** A proof longer than this, or one that takes more conflicts to find, is left to `troop stack explain`. */
const SHORT_PROOF_SENTENCES = 2;
const SHORT_PROOF_CONFLICTS = 200;

/** @throws TROOP-1905 when there is certainly no stack */
export function refuseConflict({ space }: Pick<OpenSpace, 'space'>): void {
  const reason = conflictReason(space);
  if (reason !== null) throw new TroopError('TROOP-1905', { reason: withoutConclusion(reason) });
}

/** Why there is certainly no stack: a proof where it is short, else where propagation came to an end. Null: no such reason. */
export function conflictReason(space: StateSpace): string | null {
  const { conflict } = space;
  if (conflict === null) return null;
  const proof = shortProof(space);
  return proof === '' ? conflict.text : proof;
}

/** Empty where there is none. */
function shortProof(space: StateSpace): string {
  try {
    const { sentences } = explainSpace(space, SHORT_PROOF_CONFLICTS);
    return sentences.length > SHORT_PROOF_SENTENCES ? '' : sentences.join(' ');
  } catch (error) {
    if (error instanceof TroopError && error.code === 'TROOP-1907') return '';
    throw error;
  }
}

const CONCLUSION = ', no stack satisfies the request.';

/** What leads to the conclusion that the error itself draws. */
function withoutConclusion(proof: string): string {
  if (!proof.endsWith(CONCLUSION)) return proof.replace(/\.$/, '');
  const steps = proof.slice(0, -CONCLUSION.length);
  return steps.startsWith('Because ') && !steps.includes('. And because ')
    ? steps.replace('Because ', '')
    : steps.replace(/\. And because (?!.*\. And because )/s, '. And ');
}

/** The releases of some indexes alone. */
function restricted(snapshot: KnowledgeSnapshot, indexes: ReadonlySet<string>): ReleaseLookup {
  if (snapshot.header.indexes.every(({ name }) => indexes.has(name))) return snapshot;
  const known = new Map<string, readonly Release[] | undefined>();
  return {
    releases: (name) => {
      if (!known.has(name)) {
        const own = snapshot.releases(name)?.filter((release) => indexes.has(release.index));
        known.set(name, own === undefined || own.length === 0 ? undefined : own);
      }
      return known.get(name);
    },
  };
}
