// Opens the state space of a request on a knowledge snapshot, with what queries and streams need beside it.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { canonicalEnvironment, environmentKey } from '../../shared/stack/environment.ts';
import type { EligibilityPolicy } from '../../shared/stack/eligible.ts';
import type { Release, ReleaseLookup } from '../../shared/stack/release.ts';
import { parseRequirement } from '../../shared/stack/requirement.ts';
import { withHashes } from '../../shared/stack/with-hashes.ts';
import { lockStack, withStandIns, type LockedStack, type Stack } from '../../shared/stack/stack.ts';
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
  const eligibility: EligibilityPolicy = { allowYanked: true, allowSdists, excludeNewer };
  const space = openStateSpace(input);
  return {
    space,
    input,
    // Whoever builds it must know which requirements another project meets than the one that they name.
    lock: (stack) =>
      withStandIns(
        lockStack(stack, input.lookup, () => eligibility),
        space.alternatives.standInsOf(stack),
      ),
  };
}

/** @throws TROOP-1328 for an index that the snapshot lacks, and as `parseRequirement` */
export function spaceInput(request: SpaceRequest, snapshot: KnowledgeSnapshot): StateSpaceInput {
  const known = snapshot.header.indexes.map(({ name }) => name);
  const missing = request.indexes.find((name) => !known.includes(name));
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

/** @throws TROOP-1306 when there is certainly no stack */
export function refuseConflict({ space }: OpenSpace): void {
  if (space.conflict === null) return;
  throw new TroopError('TROOP-1306', {
    environment: environmentKey(space.environment),
    reason: space.conflict.text,
  });
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
