// Order statistics that the estimates are built from. Input arrays are never changed.

export function ascending(values: readonly number[]): number[] {
  return values.toSorted((left, right) => left - right);
}

/** The middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const upper = Math.floor(sorted.length / 2);
  const right = sorted[upper] ?? Number.NaN;
  if (sorted.length % 2 === 1) return right;
  const left = sorted[upper - 1] ?? Number.NaN;
  // Not half of the sum: two numbers near the largest one have no sum.
  return left + (right - left) / 2;
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** Standard deviation with n - 1; NaN below two values. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const centre = mean(values);
  const squares = values.reduce((total, value) => total + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
