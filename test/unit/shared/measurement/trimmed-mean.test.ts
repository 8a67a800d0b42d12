import { describe, expect, it } from 'vitest';
import vectors from '../../../fixtures/measurement/scipy-vectors.json' with { type: 'json' };
import { halfWidth, trimmedMean } from '../../../../shared/measurement/trimmed-mean.ts';

describe('the trimmed mean', () => {
  it("agrees with scipy's trimmed mean and Yuen's standard error", () => {
    for (const vector of vectors.trimmedMean) {
      const estimate = trimmedMean(vector.values);
      expect(estimate.degreesOfFreedom).toBe(vector.degreesOfFreedom);
      expect(estimate.location).toBeCloseTo(vector.location, 12);
      expect(estimate.standardError).toBeCloseTo(vector.standardError, 12);
      expect(estimate.location - halfWidth(estimate, 0.95)).toBeCloseTo(vector.low, 9);
      expect(estimate.location + halfWidth(estimate, 0.95)).toBeCloseTo(vector.high, 9);
    }
  });

  it('leaves 6 of 8 values and 5 degrees of freedom, and does not feel one wild value', () => {
    const calm = trimmedMean([1, 2, 3, 4, 5, 6, 7, 8]);
    const wild = trimmedMean([1, 2, 3, 4, 5, 6, 7, 8e9]);
    expect(calm.degreesOfFreedom).toBe(5);
    expect(wild).toEqual(calm);
  });

  it('of equal values has no width', () => {
    expect(halfWidth(trimmedMean([2, 2, 2, 2]), 0.95)).toBe(0);
  });
});
