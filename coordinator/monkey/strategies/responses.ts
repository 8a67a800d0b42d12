// Results as numbers to be compared: a stack that failed is as bad as the worst that was measured, and never better than
// twice the time of the baseline.
export const FAILED_AT_LEAST = Math.log(2);

/** Natural logarithms of ratios; lower is better. */
export function responsesOf(results: readonly { readonly logRatio: number | null }[]): number[] {
  const worst = results.reduce((most, { logRatio }) => Math.max(most, logRatio ?? 0), FAILED_AT_LEAST);
  return results.map(({ logRatio }) => logRatio ?? worst);
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length);
}
