// Ratios and logarithms of integers that are too large for a double.

const SAFE_BITS = 1000;

/** a / b as a double, for 0 <= a <= b and b > 0. */
export function ratio(a: bigint, b: bigint): number {
  const excess = bitLength(b) - SAFE_BITS;
  // Both lose the same low bits, far below what a double keeps.
  return excess > 0 ? Number(a >> BigInt(excess)) / Number(b >> BigInt(excess)) : Number(a) / Number(b);
}

/** Decimal logarithm of a positive integer. */
export function log10(value: bigint): number {
  const excess = bitLength(value) - SAFE_BITS;
  return excess > 0
    ? Math.log10(Number(value >> BigInt(excess))) + excess * Math.log10(2)
    : Math.log10(Number(value));
}

/** Number of bits of a non-negative integer; 0 has none. */
export function bitLength(value: bigint): number {
  if (value === 0n) {
    return 0;
  }
  const digits = value.toString(16);
  return (digits.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(digits.slice(0, 1), 16)));
}
