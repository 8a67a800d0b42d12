// What an interval for a ratio to the baseline lets one say. The words never say more than the interval does.

export type Direction = 'lower' | 'higher';

/** `better` and `worse` need the whole interval on one side of 1 and beyond 1 %; `same` needs it within ±2 %. */
export type VerdictWord = 'better' | 'worse' | 'same' | 'undecided';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Smaller differences are not worth a word, however sure they are (measure.md C10). */
const LEAST_EFFECT = 0.01;
/** Differences inside are the same for practical purposes (C6). */
const EQUIVALENCE = 0.02;

/** `ratio` is candidate by baseline; `direction` says which way is better. */
export function verdictOn({ low, high }: Interval, direction: Direction): VerdictWord {
  if (low > 1 - EQUIVALENCE && high < 1 + EQUIVALENCE) return 'same';
  if (high < 1 / (1 + LEAST_EFFECT)) return direction === 'lower' ? 'better' : 'worse';
  if (low > 1 + LEAST_EFFECT) return direction === 'lower' ? 'worse' : 'better';
  return 'undecided';
}
