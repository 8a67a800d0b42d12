import { describe, expect, it } from 'vitest';
import { bitLength, log10, ratio } from '../../../../../coordinator/monkey/diagram/ratio.ts';

describe('large integers', () => {
  it.each([
    [0n, 0],
    [1n, 1],
    [255n, 8],
    [256n, 9],
    [2n ** 400n, 401],
  ])('%s has %i bits', (value, bits) => {
    expect(bitLength(value)).toBe(bits);
  });

  it('have logarithms and ratios beyond the range of a double', () => {
    expect(log10(10n ** 500n)).toBeCloseTo(500, 9);
    expect(log10(1000n)).toBeCloseTo(3, 12);
    expect(ratio(10n ** 500n, 4n * 10n ** 500n)).toBeCloseTo(0.25, 14);
    expect(ratio(1n, 3n)).toBe(1 / 3);
  });
});
