// The stacks of `coverage` where the space cannot be compiled: the best of k random walks. What can be covered is then what
// walks have met so far, and is said to be an estimate.
import { PairMatrix } from '../diagram/pair-matrix.ts';
import type { CoveragePlan } from './best-of-draws.ts';
import { CoverageLedger, isMore, type Gain } from './coverage-ledger.ts';
import type { ValueSource } from './emitted-stream.ts';
import { stackHash } from './stack-hash.ts';
import type { Coverage } from './strategy.ts';
import { openWalkSampler, type WalkSampler } from '../walk/walk-sampler.ts';

/** Fruitless rounds of k walks after which the stream ends. Part of the stream. */
const MAX_ROUNDS_WITHOUT_NEWS = 20;

export class BestOfWalks implements ValueSource {
  readonly isEstimate = true;
  readonly #draws: number;
  readonly #walks: WalkSampler;
  readonly #ledger: CoverageLedger;
  readonly #seen = new Set<number>();
  readonly #trial: Int32Array;
  readonly #best: Int32Array;

  constructor({ space, groups, seed, draws }: CoveragePlan) {
    this.#draws = draws;
    this.#walks = openWalkSampler(space, { seed });
    this.#ledger = new CoverageLedger(space, groups, new PairMatrix(groups.count));
    this.#trial = new Int32Array(space.model.packages.length);
    this.#best = new Int32Array(space.model.packages.length);
  }

  get coverage(): Coverage {
    return { versions: this.#ledger.versions, pairs: this.#ledger.pairs, isEstimate: true };
  }

  next(): Int32Array | null {
    for (let round = 0; round < MAX_ROUNDS_WITHOUT_NEWS; round++) {
      if (this.#bestOf() !== null) {
        this.#seen.add(stackHash(this.#best));
        this.#ledger.cover(this.#best);
        return this.#best;
      }
    }
    return null;
  }

  #bestOf(): Gain | null {
    let best: Gain | null = null;
    for (let index = 0; index < this.#draws && this.#walks.next(this.#trial) !== null; index++) {
      this.#ledger.markReachableBy(this.#trial);
      const gain = this.#ledger.gainOf(this.#trial);
      if ((best === null || isMore(gain, best)) && !this.#seen.has(stackHash(this.#trial))) {
        best = gain;
        this.#best.set(this.#trial);
      }
    }
    return best;
  }
}
