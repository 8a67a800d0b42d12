// Random package, random candidate, propagation after each choice, again until all is decided: cheap diversity without
// a promise of uniformity. Stacks are distinct within a run. When walks find nothing new, an exhaustive search in random
// order takes over, so that a small space is given completely and ends.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { seededRandom, type Random } from '../../../shared/runtime/random.ts';
import { Propagation } from '../propagate.ts';
import { DepthFirstSearch, readStack, type Chooser } from '../search/depth-first.ts';
import type { StateSpace } from '../space/state-space.ts';
import { emittedStream } from './emitted-stream.ts';
import { stackHash } from './stack-hash.ts';
import type { Strategy } from './strategy.ts';

// These numbers are part of the stream: changing one changes what an old seed gives.
const MAX_REPEATS = 64;
const MAX_FAILURES_OF_A_WALK = 2_000;
const MAX_LOST_WALKS = 50;

export const randomWalk: Strategy = {
  name: 'random-walk',
  description: 'random choices one after the other; fast and diverse, not uniform',
  open: (space, options) =>
    emittedStream('random-walk', space, options, () => ({ source: new RandomWalk(space, options.seed) })),
};

/** The distinct stacks of a run, as values by package of the space's model. */
export class RandomWalk {
  readonly #propagation: Propagation;
  readonly #seed: string;
  readonly #seen = new Set<number>();
  readonly #isOpen: boolean;
  #walks = 0;
  #sweep: DepthFirstSearch | null = null;

  constructor(space: StateSpace, seed: string) {
    this.#propagation = new Propagation(space.model);
    this.#seed = seed;
    this.#isOpen = space.conflict === null && this.#propagation.start(space.model.roots);
  }

  /** Null when every stack was given. @throws TROOP-1907 */
  next(): Int32Array | null {
    if (!this.#isOpen) {
      return null;
    }
    return this.#sweep === null ? this.#walkToNew() : this.#sweepToNew(this.#sweep);
  }

  #walkToNew(): Int32Array | null {
    let lost = 0;
    for (let repeats = 0; repeats < MAX_REPEATS;) {
      const budget = { failuresLeft: MAX_FAILURES_OF_A_WALK };
      const before = this.#propagation.mark();
      const random = seededRandom(`${this.#seed}/random-walk/${this.#walks}`);
      this.#walks += 1;
      if (new DepthFirstSearch(this.#propagation, chooseAtRandom(random), budget).next()) {
        const values = readStack(this.#propagation);
        this.#propagation.undoTo(before);
        if (this.#isNew(values)) {
          return values;
        }
        repeats += 1;
      } else if (budget.failuresLeft >= 0) {
        return null;
      } else {
        lost += 1;
        if (lost > MAX_LOST_WALKS) {
          throw new TroopError('TROOP-1907', { steps: MAX_FAILURES_OF_A_WALK * lost });
        }
      }
    }
    const random = seededRandom(`${this.#seed}/random-walk/sweep`);
    this.#sweep = new DepthFirstSearch(this.#propagation, chooseAtRandom(random), { failuresLeft: Infinity });
    return this.#sweepToNew(this.#sweep);
  }

  #sweepToNew(sweep: DepthFirstSearch): Int32Array | null {
    while (sweep.next()) {
      const values = readStack(this.#propagation);
      if (this.#isNew(values)) {
        return values;
      }
    }
    return null;
  }

  #isNew(values: Int32Array): boolean {
    const before = this.#seen.size;
    this.#seen.add(stackHash(values));
    return this.#seen.size > before;
  }
}

function chooseAtRandom(random: Random): Chooser {
  let open = new Int32Array(0);
  return {
    nextPackage: (propagation) => {
      if (open.length < propagation.flat.packageCount) {
        open = new Int32Array(propagation.flat.packageCount);
      }
      const count = propagation.openPackages(open);
      return count === 0 ? -1 : (open[random.nextBelow(count)] as number);
    },
    nextValue: (propagation, packageIndex) =>
      propagation.valueAt(packageIndex, random.nextBelow(propagation.count(packageIndex))),
  };
}
