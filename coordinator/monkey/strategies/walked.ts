// Streams over spaces that are too intricate to be compiled: distinct stacks out of random walks, each with the estimate of
// its probability that its walk gives.
// Where the first walks all led to different stacks, there are so many that a repeat is a curiosity: from then on stack i is that
// of walk i, whatever was given before, and a stream is taken up anywhere at once. Elsewhere it is replayed, so that no stack
// comes twice and the stream ends.
import { emittedStream, type ValueSource } from './emitted-stream.ts';
import { readCount } from './emitted-cursor.ts';
import type { StateSpace } from '../space/state-space.ts';
import { stackHash } from './stack-hash.ts';
import type { JsonValue, StackStream, StreamOptions } from './strategy.ts';
import { openWalkSampler, type WalkSampler } from '../walk/walk-sampler.ts';

// These numbers are part of the stream.
/** Repeats in a row after which a stream of walks ends. */
const MAX_REPEATS = 1_000;
/** Walks after which, when none repeated another, none is looked back at: by then thirty million equally likely stacks would have shown it. */
const WATCHED_WALKS = 8_192;

export function walkedStream(strategy: string, space: StateSpace, options: StreamOptions): StackStream {
  return emittedStream(strategy, space, options, () => ({
    source: new DistinctWalks(
      openWalkSampler(space, { seed: `${options.seed}/${strategy}` }),
      space.model.packages.length,
      begunAt(strategy, options.cursor),
    ),
  }));
}

/** The walk from which a stream can go on without those before; 0 where it has to be replayed. */
function begunAt(strategy: string, cursor: JsonValue | undefined): number {
  const walk = cursor === undefined ? null : readCount(strategy, cursor, 'walk');
  const emitted = cursor === undefined ? null : readCount(strategy, cursor, 'emitted');
  return walk !== null && walk === emitted && walk >= WATCHED_WALKS ? walk : 0;
}

class DistinctWalks implements ValueSource {
  readonly isEstimate = true;
  readonly begunAt: number;
  readonly #walks: WalkSampler;
  readonly #values: Int32Array;
  readonly #seen = new Set<number>();
  #walk: number;
  #isWatched: boolean;
  #isOver = false;
  #logWeight = 0;

  constructor(walks: WalkSampler, packageCount: number, begunAtWalk: number) {
    this.begunAt = begunAtWalk;
    this.#walks = walks;
    this.#values = new Int32Array(packageCount);
    this.#walk = begunAtWalk;
    this.#isWatched = begunAtWalk === 0;
  }

  get place(): { readonly walk: number } {
    return { walk: this.#walk };
  }

  next(): Int32Array | null {
    for (let repeats = 0; repeats < MAX_REPEATS && !this.#isOver; repeats++) {
      const logWeight = this.#walks.at(this.#walk, this.#values);
      if (logWeight === null) {
        return null;
      }
      this.#walk += 1;
      if (this.#isNew()) {
        this.#logWeight = logWeight;
        return this.#values;
      }
    }
    this.#isOver = true;
    return null;
  }

  /** How many of the next stacks it passed over without walking. */
  skip(count: number): number {
    if (this.#isWatched) {
      return 0;
    }
    this.#walk += count;
    return count;
  }

  log10DrawProbability(): number {
    return 0 - this.#logWeight / Math.LN10;
  }

  #isNew(): boolean {
    if (!this.#isWatched) {
      return true;
    }
    const before = this.#seen.size;
    this.#seen.add(stackHash(this.#values));
    const isNew = this.#seen.size > before;
    if (this.#walk === WATCHED_WALKS && this.#seen.size === WATCHED_WALKS) {
      this.#isWatched = false;
      this.#seen.clear();
    }
    return isNew;
  }
}
