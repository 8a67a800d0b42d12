// Estimates the number of stacks of a space that cannot be compiled: the mean of 1 by the probability of what a random walk
// finds, 0 for a dead end (Knuth, https://doi.org/10.1090/S0025-5718-1975-0373371-6). Unbiased; the effective sample size says
// how far to trust it.
import { seededRandom } from '../../shared/runtime/random.ts';
import type { StateSpace } from './space/state-space.ts';
import { trainedWalker } from './walk/walk-sampler.ts';

export interface CountEstimate {
  /** Decimal logarithm of the estimated number; -Infinity when no walk found a stack. */
  readonly log10: number;
  readonly walks: number;
  /** Walks that ended in a stack. */
  readonly stacks: number;
  /** Equally weighted walks that would say as much; below a hundred the figure may be off by orders of magnitude. */
  readonly effectiveSampleSize: number;
  /** Standard error of the estimate over the estimate. */
  readonly relativeError: number;
}

export interface EstimateOptions {
  readonly seed: string;
  readonly walks: number;
  /** Asked now and then; true ends the walks early. */
  readonly isOutOfTime?: (() => boolean) | undefined;
}

export function estimateCount(space: StateSpace, options: EstimateOptions): CountEstimate {
  const walker = trainedWalker(space);
  const random = seededRandom(`${options.seed}/estimate`);
  const values = new Int32Array(space.model.packages.length);
  const logWeights: number[] = [];
  let walks = 0;
  while (walker.isOpen && walks < options.walks && !(walks % 64 === 0 && options.isOutOfTime?.() === true)) {
    walks += 1;
    const logWeight = walker.walk(random, values);
    if (logWeight !== null) {
      logWeights.push(logWeight);
    }
  }
  return summarise(logWeights, walks);
}

function summarise(logWeights: readonly number[], walks: number): CountEstimate {
  const highest = logWeights.reduce((most, log) => Math.max(most, log), -Infinity);
  const scaled = logWeights.map((log) => Math.exp(log - highest));
  const sum = scaled.reduce((total, weight) => total + weight, 0);
  const squares = scaled.reduce((total, weight) => total + weight * weight, 0);
  const mean = sum / walks;
  const variance = Math.max(0, squares / walks - mean * mean);
  return {
    log10: logWeights.length === 0 ? -Infinity : (highest + Math.log(mean)) / Math.LN10,
    walks,
    stacks: logWeights.length,
    effectiveSampleSize: squares === 0 ? 0 : (sum * sum) / squares,
    relativeError: sum === 0 ? Infinity : Math.sqrt(variance / walks) / mean,
  };
}
