// Random walks through a space that is not compiled: at each required package a candidate at random among those that
// propagation leaves, with the weight that makes up for how many there were (Knuth, as in estimate.ts).
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { seededRandom } from '../../../shared/runtime/random.ts';
import { Propagation } from '../propagate.ts';
import { readStack } from '../search/depth-first.ts';
import { packagePriority } from '../search/priority.ts';
import type { StateSpace } from '../space/state-space.ts';

export interface Walks {
  /** Writes a stack and gives the natural logarithm of 1 by its probability; null when there is no stack. @throws TROOP-1907 */
  next(values: Int32Array): number | null;
}

/** Walks in a row that may lead nowhere. Part of the stream. */
const MAX_LOST_WALKS = 20_000;

export function openWalks(space: StateSpace, seed: string): Walks {
  const propagation = new Propagation(space.model);
  const isOpen = space.conflict === null && propagation.start(space.model.roots);
  const priority = packagePriority(space);
  const random = seededRandom(`${seed}/walks`);

  const walk = (): number | null => {
    let logWeight = 0;
    for (;;) {
      const next = priority.find((index) => propagation.isRequired(index) && !propagation.isDecided(index));
      if (next === undefined) {
        return logWeight;
      }
      const ways = propagation.count(next);
      logWeight += Math.log(ways);
      if (!propagation.assign(next, propagation.valueAt(next, random.nextBelow(ways)))) {
        return null;
      }
    }
  };

  return {
    next: (values) => {
      for (let lost = 0; isOpen && lost < MAX_LOST_WALKS; lost++) {
        const before = propagation.mark();
        const logWeight = walk();
        if (logWeight !== null) {
          values.set(readStack(propagation));
        }
        propagation.undoTo(before);
        if (logWeight !== null) {
          return logWeight;
        }
      }
      if (isOpen) {
        throw new TroopError('TROOP-1907', { steps: MAX_LOST_WALKS });
      }
      return null;
    },
  };
}
