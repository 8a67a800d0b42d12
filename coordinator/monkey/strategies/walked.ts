// Streams over spaces that are too intricate to be compiled: distinct stacks out of random walks, each with the estimate of
// its probability that its walk gives.
import { emittedStream, type ValueSource } from './emitted-stream.ts';
import type { StateSpace } from '../space/state-space.ts';
import { stackHash } from './stack-hash.ts';
import type { StackStream, StreamOptions } from './strategy.ts';
import { openWalkSampler, type WalkSampler } from '../walk/walk-sampler.ts';

/** Repeats in a row after which a stream of walks ends. Part of the stream. */
const MAX_REPEATS = 1_000;

export function walkedStream(strategy: string, space: StateSpace, options: StreamOptions): StackStream {
  return emittedStream(strategy, space, options, () => ({
    source: new DistinctWalks(
      openWalkSampler(space, { seed: `${options.seed}/${strategy}` }),
      space.model.packages.length,
    ),
  }));
}

class DistinctWalks implements ValueSource {
  readonly isEstimate = true;
  readonly #walks: WalkSampler;
  readonly #values: Int32Array;
  readonly #seen = new Set<number>();
  #logWeight = 0;

  constructor(walks: WalkSampler, packageCount: number) {
    this.#walks = walks;
    this.#values = new Int32Array(packageCount);
  }

  next(): Int32Array | null {
    for (let repeats = 0; repeats < MAX_REPEATS; repeats++) {
      const logWeight = this.#walks.next(this.#values);
      if (logWeight === null) {
        return null;
      }
      const before = this.#seen.size;
      this.#seen.add(stackHash(this.#values));
      if (this.#seen.size > before) {
        this.#logWeight = logWeight;
        return this.#values;
      }
    }
    return null;
  }

  log10DrawProbability(): number {
    return 0 - this.#logWeight / Math.LN10;
  }
}
