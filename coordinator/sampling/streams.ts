// Streams of stacks that are in use stay in memory, so that the next draw goes on where the last one stopped; after a
// restart the cursor brings a stream back to the same place.
import { canonicalJson } from '../../shared/stack/canonical-json.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import { openSampling, type Sampling } from '../monkey/strategies/open-sampling.ts';
import type { SampledFrom, SampledStream } from '../monkey/strategies/sampled-from.ts';
import type { JsonValue } from '../monkey/strategies/strategy.ts';
import { refuseConflict, type OpenSpace } from './open-space.ts';
import { Recent } from './recent.ts';
import type { SpaceRequest } from './space-request.ts';
import type { Spaces } from './spaces.ts';

export interface DrawRequest {
  readonly space: SpaceRequest;
  /** One strategy, or a mix. */
  readonly sampling: Sampling;
  /** Pins of the stack that the campaign measures against, where it was given. */
  readonly baseline?: readonly string[];
  readonly seed: string;
  /** How many stacks the whole campaign wants, where a strategy can plan for it. */
  readonly planned: number;
  readonly cursor: JsonValue;
}

export interface Drawn {
  readonly stacks: readonly LockedStack[];
  /** By stack. */
  readonly origins: readonly (SampledFrom | null)[];
  readonly cursor: JsonValue;
  /** The stream has ended. */
  readonly isDry: boolean;
}

export interface Streams {
  /** Opens the space and the stream without drawing, to find out whether they can be. */
  check(request: DrawRequest): Promise<void>;
  draw(request: DrawRequest, count: number): Promise<Drawn>;
}

interface OpenedStream {
  readonly space: OpenSpace;
  readonly stream: SampledStream;
  /** Keeps the stream where it stands. */
  readonly keep: () => void;
}

const KEPT_STREAMS = 32;

export function createStreams(spaces: Spaces): Streams {
  const streams = new Recent<SampledStream>(KEPT_STREAMS);

  const open = async (request: DrawRequest): Promise<OpenedStream> => {
    const space = await spaces.open(request.space);
    refuseConflict(space);
    const { cursor, ...identity } = request;
    const key = canonicalJson(identity);
    const known = streams.peek(key);
    const isThere = known !== undefined && canonicalJson(known.cursor) === canonicalJson(cursor);
    const stream = isThere ? known : openStream(space, request);
    return { space, stream, keep: () => streams.put(key, stream) };
  };

  return {
    check: async (request) => {
      await open(request);
    },
    draw: async (request, count) => {
      const { space, stream, keep } = await open(request);
      const stacks: LockedStack[] = [];
      const origins: (SampledFrom | null)[] = [];
      let isDry = false;
      while (stacks.length < count && !isDry) {
        const stack = stream.next();
        if (stack === null) isDry = true;
        else {
          stacks.push(space.lock(stack));
          origins.push(stream.sampledFrom);
        }
      }
      keep();
      return { stacks, origins, cursor: stream.cursor, isDry };
    },
  };
}

function openStream({ space }: OpenSpace, request: DrawRequest): SampledStream {
  const { sampling, baseline, seed, planned, cursor } = request;
  const resumed = cursor === null ? {} : { cursor };
  return openSampling(space, sampling, { seed, count: planned, baseline, ...resumed });
}
