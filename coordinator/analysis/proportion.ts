// Intervals of 95 % for the share of all things that have a property, from a sample of which it is known how it was drawn.
// None leans on the normal distribution: shares of broken stacks are small and samples are short.
import { incompleteBeta, logGamma } from '../../shared/measurement/student-t.ts';
import type { Interval } from './verdict.ts';

export interface Proportion extends Interval {
  readonly share: number;
}

const TAIL = 0.025;

/** Of k in n independent draws (Clopper and Pearson, 1934); n and k need not be whole, as with effective sample sizes. */
export function clopperPearson(k: number, n: number): Proportion {
  return {
    share: k / n,
    low: k <= 0 ? 0 : betaQuantile(TAIL, k, n - k + 1),
    high: k >= n ? 1 : betaQuantile(1 - TAIL, k + 1, n - k),
  };
}

/** Of k in n that were drawn without replacement from `population`: exact, by the hypergeometric distribution. */
export function ofFinitePopulation(k: number, n: number, population: number): Proportion {
  const isAtLeast = (broken: number): boolean => upperTail(k, n, broken, population) > TAIL;
  const isAtMost = (broken: number): boolean => 1 - upperTail(k + 1, n, broken, population) > TAIL;
  const least = k;
  const most = population - (n - k);
  const low = firstWhere(least, most, isAtLeast);
  const tooMany = firstWhere(low, most + 1, (broken) => broken > most || !isAtMost(broken));
  return { share: k / n, low: low / population, high: (tooMany - 1) / population };
}

/**
 * Of draws with unequal probabilities: Hájek's estimate, and the interval of Korn and Graubard (1998), which is that of Clopper and
 * Pearson for as many independent draws as would say as much.
 * @param draws with the natural logarithm of each one's weight (1 by its probability), up to a common constant
 */
export function ofWeightedDraws(
  draws: readonly { readonly logWeight: number; readonly has: boolean }[],
): Proportion & { readonly effectiveSize: number } {
  // A million of them are more than a call takes arguments.
  const highest = draws.reduce((most, { logWeight }) => Math.max(most, logWeight), -Infinity);
  const weights = draws.map(({ logWeight }) => Math.exp(logWeight - highest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const squares = weights.reduce((total, weight) => total + weight * weight, 0);
  const having = draws.reduce((total, { has }, index) => total + (has ? (weights[index] ?? 0) : 0), 0);
  const share = Math.min(1, having / sum);
  const spread = draws.reduce(
    (total, { has }, index) => total + ((weights[index] ?? 0) * ((has ? 1 : 0) - share)) ** 2,
    0,
  );
  const variance = (spread / (sum * sum)) * (draws.length / Math.max(1, draws.length - 1));
  // Without any that has it there is no spread to see; what weights alone cost is known all the same.
  const byWeights = (sum * sum) / squares;
  const bySpread = variance > 0 ? (share * (1 - share)) / variance : byWeights;
  const effectiveSize = Math.min(draws.length, byWeights, bySpread);
  return { ...clopperPearson(share * effectiveSize, effectiveSize), share, effectiveSize };
}

/** The share q of the fastest of all among which the fastest of n independent draws is with 95 % confidence. */
export function fastestShare(n: number): number {
  return 1 - 0.05 ** (1 / n);
}

/** P(X >= k) for n drawn from a population of which so many are broken. */
function upperTail(k: number, n: number, broken: number, population: number): number {
  const last = Math.min(n, broken);
  const logAll = logChoose(population, n);
  let sum = 0;
  for (let hit = Math.max(k, n - (population - broken), 0); hit <= last; hit++) {
    sum += Math.exp(logChoose(broken, hit) + logChoose(population - broken, n - hit) - logAll);
  }
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/** The first whole number from `low` on for which a condition that stays true is true; `high` when there is none before. */
function firstWhere(low: number, high: number, isTrue: (value: number) => boolean): number {
  let from = low;
  let to = high;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (isTrue(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

function betaQuantile(probability: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
