// Draws stacks from the spaces of campaigns. Snapshots, spaces and streams that are in use stay in memory, so that the
// next draw goes on where the last one stopped; after a restart the cursor brings a stream back to the same place.
import { TroopError } from '../../shared/errors/troop-error.ts';
import {
  canonicalEnvironment,
  environmentKey,
  type TargetEnvironment,
} from '../../shared/stack/environment.ts';
import { canonicalJson } from '../../shared/stack/canonical-json.ts';
import { parseRequirement } from '../../shared/stack/requirement.ts';
import type { Release, ReleaseLookup } from '../../shared/stack/release.ts';
import { indexFingerprint, lockStack, type LockedStack, type Stack } from '../../shared/stack/stack.ts';
import { openStateSpace } from '../monkey/space/open-state-space.ts';
import type { SpacePolicy } from '../monkey/space/space-policy.ts';
import type { StateSpace } from '../monkey/space/state-space.ts';
import { strategyNamed } from '../monkey/strategies/registry.ts';
import type { JsonValue, StackStream } from '../monkey/strategies/strategy.ts';
import type { KnowledgeSnapshot } from '../knowledge/store/release-lookup.ts';

/** Everything that decides which stream it is. */
export interface SpaceRequest {
  readonly snapshotId: string;
  readonly requirements: readonly string[];
  readonly constraints: readonly string[];
  readonly environment: TargetEnvironment;
  /** Names of the indexes to take releases from, in order of preference. */
  readonly indexes: readonly string[];
  readonly policy: Pick<SpacePolicy, 'allowSdists' | 'excludeNewer'>;
}

export interface DrawRequest {
  readonly space: SpaceRequest;
  readonly strategy: string;
  readonly seed: string;
  /** How many stacks the whole campaign wants, where a strategy can plan for it. */
  readonly planned: number;
  readonly cursor: JsonValue;
}

export interface Drawn {
  readonly stacks: readonly LockedStack[];
  readonly cursor: JsonValue;
  /** The stream has ended. */
  readonly isDry: boolean;
}

export interface SamplingEngine {
  /** Opens the space and the stream without drawing, to find out whether they can be. */
  check(request: DrawRequest): Promise<void>;
  draw(request: DrawRequest, count: number): Promise<Drawn>;
}

export type LoadSnapshot = (id: string) => Promise<KnowledgeSnapshot>;

const KEPT_SNAPSHOTS = 2;
const KEPT_SPACES = 8;
const KEPT_STREAMS = 32;

export function createSamplingEngine(load: LoadSnapshot): SamplingEngine {
  const snapshots = new Recent<Promise<KnowledgeSnapshot>>(KEPT_SNAPSHOTS);
  const spaces = new Recent<Promise<OpenSpace>>(KEPT_SPACES);
  const streams = new Recent<StackStream>(KEPT_STREAMS);

  const spaceOf = (request: SpaceRequest): Promise<OpenSpace> =>
    spaces.get(canonicalJson(request), async () => {
      const snapshot = await snapshots.get(request.snapshotId, () => load(request.snapshotId));
      return openSpace(request, snapshot);
    });

  const open = async (
    request: DrawRequest,
  ): Promise<{ space: OpenSpace; stream: StackStream; key: string }> => {
    const space = await spaceOf(request.space);
    const { conflict } = space.space;
    if (conflict !== null) {
      throw new TroopError('TROOP-1306', {
        environment: environmentKey(request.space.environment),
        reason: conflict.text,
      });
    }
    const { strategy, seed, planned, cursor } = request;
    const key = canonicalJson({ space: request.space, strategy, seed, planned });
    const known = streams.peek(key);
    if (known !== undefined && canonicalJson(known.cursor) === canonicalJson(cursor)) {
      return { space, stream: known, key };
    }
    const resumed = cursor === null ? {} : { cursor };
    return {
      space,
      stream: strategyNamed(strategy).open(space.space, { seed, count: planned, ...resumed }),
      key,
    };
  };

  return {
    check: async (request) => {
      await open(request);
    },
    draw: async (request, count) => {
      const { space, stream, key } = await open(request);
      const stacks: LockedStack[] = [];
      let isDry = false;
      while (stacks.length < count && !isDry) {
        const stack = stream.next();
        if (stack === null) isDry = true;
        else stacks.push(space.lock(stack));
      }
      streams.put(key, stream);
      return { stacks, cursor: stream.cursor, isDry };
    },
  };
}

interface OpenSpace {
  readonly space: StateSpace;
  readonly lock: (stack: Stack) => LockedStack;
}

function openSpace(request: SpaceRequest, snapshot: KnowledgeSnapshot): OpenSpace {
  const known = snapshot.header.indexes.map(({ name }) => name);
  const missing = request.indexes.find((name) => !known.includes(name));
  if (missing !== undefined) throw new TroopError('TROOP-1328', { index: missing, known: known.join(', ') });
  const lookup = restricted(snapshot, new Set(request.indexes));
  const fingerprints = snapshot.header.indexes.flatMap(({ name, url }): [string, string][] =>
    url === undefined ? [] : [[name, indexFingerprint(url)]],
  );
  const space = openStateSpace({
    requirements: request.requirements.map(parseRequirement),
    constraints: request.constraints.map(parseRequirement),
    lookup,
    environment: canonicalEnvironment(request.environment),
    policy: { ...request.policy, indexOrder: request.indexes },
    indexFingerprints: Object.fromEntries(fingerprints),
  });
  const { allowSdists, excludeNewer } = request.policy;
  const eligibility = { allowYanked: true, allowSdists, ...(excludeNewer === null ? {} : { excludeNewer }) };
  return { space, lock: (stack) => lockStack(stack, lookup, () => eligibility) };
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

/** The most recently used values of a bounded number of keys; a promise that rejects is not kept. */
class Recent<Value> {
  readonly #limit: number;
  readonly #values = new Map<string, Value>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  peek(key: string): Value | undefined {
    return this.#values.get(key);
  }

  put(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const oldest of [...this.#values.keys()].slice(0, -this.#limit)) this.#values.delete(oldest);
  }

  get(key: string, make: () => Value): Value {
    const known = this.#values.get(key);
    const value = known ?? make();
    this.put(key, value);
    if (known === undefined && value instanceof Promise) {
      value.catch(() => {
        if (this.#values.get(key) === value) this.#values.delete(key);
      });
    }
    return value;
  }
}
