import { describe, expect, it } from 'vitest';
import vectors from '../../../fixtures/measurement/scipy-vectors.json' with { type: 'json' };
import {
  incompleteBeta,
  logGamma,
  studentTCdf,
  studentTQuantile,
} from '../../../../shared/measurement/student-t.ts';

const relativeError = (seen: number, wanted: number): number =>
  wanted === 0 ? Math.abs(seen) : Math.abs(seen / wanted - 1);

describe('the t distribution agrees with scipy', () => {
  it('in its quantiles to 1e-9', () => {
    for (const { p, df, t } of vectors.tQuantile) {
      expect(relativeError(studentTQuantile(p, df), t), `p ${p} df ${df}`).toBeLessThan(1e-9);
    }
  });

  it('in its distribution function to 1e-10', () => {
    for (const { t, df, p } of vectors.tCdf) {
      expect(relativeError(studentTCdf(t, df), p), `t ${t} df ${df}`).toBeLessThan(1e-10);
    }
  });

  it('in the incomplete beta function to 1e-10', () => {
    for (const { x, a, b, value } of vectors.incompleteBeta) {
      expect(relativeError(incompleteBeta(x, a, b), value), `x ${x} a ${a} b ${b}`).toBeLessThan(1e-10);
    }
  });

  it('in the logarithm of gamma to 1e-12 of its size', () => {
    for (const { x, value } of vectors.logGamma) {
      expect(Math.abs(logGamma(x) - value) / Math.max(1, Math.abs(value)), `x ${x}`).toBeLessThan(1e-12);
    }
  });
});

describe('the quantile at its borders', () => {
  it('is symmetric, zero in the middle, infinite at the ends', () => {
    expect(studentTQuantile(0.5, 5)).toBe(0);
    expect(studentTQuantile(0.025, 5)).toBe(-studentTQuantile(0.975, 5));
    expect(studentTQuantile(1, 5)).toBe(Infinity);
    expect(studentTQuantile(0, 5)).toBe(-Infinity);
  });
});
