// Opens what a campaign samples by: one strategy, a mix of several, or the default mix.
import type { StateSpace } from '../space/state-space.ts';
import { defaultMix } from './default-mix.ts';
import { openMix, type MixPart } from './mix.ts';
import { strategyNamed } from './registry.ts';
import { sampledFrom, type SampledFrom, type SampledStream } from './sampled-from.ts';
import type { JsonValue, StackStream, StreamOptions } from './strategy.ts';

/** One strategy with its parameters, or a mix; the default mix when neither is given. */
export interface Sampling {
  readonly strategy?: string;
  readonly parameters?: Readonly<Record<string, JsonValue>>;
  readonly mix?: readonly MixPart[];
}

/** @throws as `Strategy.open`, and TROOP-1904 */
export function openSampling(space: StateSpace, sampling: Sampling, options: StreamOptions): SampledStream {
  const { strategy, parameters, mix } = sampling;
  return strategy === undefined
    ? openMix(space, mix ?? defaultMix(), options)
    : alone(strategyNamed(strategy).open(space, { ...options, parameters }), options);
}

function alone(stream: StackStream, { seed, count: planned, cursor }: StreamOptions): SampledStream {
  let position = givenBefore(cursor);
  let last: SampledFrom | null = null;
  return {
    ...(stream.total === undefined ? {} : { total: stream.total }),
    ...(stream.learn === undefined ? {} : { learn: (results) => stream.learn?.(results) }),
    skip: (count) => {
      position += skipStacks(stream, count);
    },
    next: () => {
      const stack = stream.next();
      if (stack !== null) {
        last = sampledFrom(stream.provenance, { seed, position, planned });
        position += 1;
      }
      return stack;
    },
    get cursor() {
      return stream.cursor;
    },
    get provenance() {
      return stream.provenance;
    },
    get sampledFrom() {
      return last;
    },
    get coverage() {
      return stream.coverage;
    },
    get finding() {
      return stream.finding;
    },
  };
}

/** Leaves out the next stacks: at once where the stream can, else one after the other. Gives how many there were, as far as is known. */
export function skipStacks(stream: StackStream, count: number): number {
  if (stream.skip !== undefined) {
    stream.skip(count);
    return count;
  }
  let skipped = 0;
  while (skipped < count && stream.next() !== null) {
    skipped += 1;
  }
  return skipped;
}

/** Cursors of all strategies are a position or a number of stacks; a cursor that is neither was refused before. */
function givenBefore(cursor: JsonValue | undefined): number {
  if (typeof cursor !== 'object' || cursor === null) {
    return 0;
  }
  const entries = new Map<string, unknown>(Object.entries(cursor));
  return Number(entries.get('emitted') ?? entries.get('position') ?? 0);
}

/** Whether a stream of it is to be told results. @throws TROOP-1904 */
export function learnsFromResults({ strategy, mix }: Sampling): boolean {
  const names = strategy === undefined ? (mix ?? defaultMix()).map((part) => part.strategy) : [strategy];
  return names.some((name) => strategyNamed(name).learns === true);
}
