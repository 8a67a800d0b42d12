// Stacks of a space that is too intricate to be compiled, each with its weight. What is learned from dead ends is learned
// beforehand, from walks that are the same for every seed; so a walk depends on the seed and its number alone, and a stream
// can be taken up anywhere.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { seededRandom } from '../../../shared/runtime/random.ts';
import type { StateSpace } from '../space/state-space.ts';
import { Walker } from './walker.ts';

export interface WalkSampler {
  /**
   * Writes the stack of the next walk into the values of the space's model, -1 for packages outside.
   * @returns natural logarithm of 1 by the probability of this stack in one walk: its weight; null when there is no stack
   * @throws TROOP-1907 when no walk found a stack
   */
  next(values: Int32Array): number | null;
  /** The same of the walk of any number from 0. */
  at(number: number, values: Int32Array): number | null;
}

// These numbers are part of the stream: changing one changes what an old seed gives.
const LEARNING_WALKS = 400;
const WALKS_WITHOUT_DEAD_END = 40;
const MAX_NOGOODS = 256;
const MAX_DEAD_ENDS = 20_000;

export function openWalkSampler(space: StateSpace, { seed }: { readonly seed: string }): WalkSampler {
  const walker = trainedWalker(space);
  let next = 0;
  const walkAt = (number: number, values: Int32Array): number | null => {
    const random = seededRandom(`${seed}/walk/${number}`);
    for (let deadEnds = 0; walker.isOpen; deadEnds++) {
      if (deadEnds === MAX_DEAD_ENDS) {
        throw new TroopError('TROOP-1907', { steps: MAX_DEAD_ENDS });
      }
      const logWeight = walker.walk(random, values);
      if (logWeight !== null) {
        return logWeight;
      }
    }
    return null;
  };
  return {
    next: (values) => {
      next += 1;
      return walkAt(next - 1, values);
    },
    at: walkAt,
  };
}

/** A walker that has learned from its first dead ends. */
export function trainedWalker(space: StateSpace): Walker {
  const walker = new Walker(space);
  const values = new Int32Array(space.model.packages.length);
  let patience = WALKS_WITHOUT_DEAD_END;
  for (let number = 0; number < LEARNING_WALKS && patience > 0 && walker.nogoods < MAX_NOGOODS; number++) {
    patience -= 1;
    if (walker.isOpen && walker.walk(seededRandom(`walk/learning/${number}`), values) === null) {
      walker.learn();
      patience = WALKS_WITHOUT_DEAD_END;
    }
  }
  return walker;
}
