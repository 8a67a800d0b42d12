// An additive model of the logarithm of a stack's ratio: a sum of effects of its versions, and noise. What the ways to work out
// the belief after some results have in common.
import type { Random } from '../../../shared/runtime/random.ts';
import type { Observation } from './learning-stream.ts';

/** Effects of a package's versions: by value, and behind them that of leaving it out. Lower is better. */
export type Effects = ReadonlyMap<number, Float64Array>;

// Part of the stream. Shares of noise that are tried, as variance of the noise to that of all effects together.
export const NOISE_SHARES = [0.03, 0.1, 0.3, 1, 3, 10];

export interface Posterior {
  /** Number of results. */
  readonly count: number;
  observe(observations: readonly Observation[]): void;
  /** Effects drawn from what is believed (Thompson), in units of the standard deviation of one package's effects. */
  draw(random: Random): Effects;
  /** The mean of what is believed: natural logarithms of ratios, around the mean of all results. */
  expectation(): Effects;
}

/** The effect of a whole stack. */
export function sumOf(effects: Effects, values: Int32Array): number {
  let sum = 0;
  for (const [packageIndex, each] of effects) {
    sum += each[placeOf(values[packageIndex] as number, each.length)] as number;
  }
  return sum;
}

/** Where the effect of a value is among those of its package; -1 stands for a stack without it. */
export function placeOf(value: number, length: number): number {
  return value === -1 ? length - 1 : value;
}
