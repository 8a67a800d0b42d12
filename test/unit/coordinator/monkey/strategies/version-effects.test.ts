import { describe, expect, it } from 'vitest';
import { normalNumbers } from '../../../../../coordinator/monkey/strategies/normal.ts';
import { VersionEffects } from '../../../../../coordinator/monkey/strategies/version-effects.ts';
import { seededRandom } from '../../../../../shared/runtime/random.ts';

const lines = ['2.1', '2.1', '2.0', '1.9', '1.9', '1.9', '1.0'];
const effects = new VersionEffects(0, lines);
const values = [...lines.keys(), -1];
const placeOf = (value: number): number => (value === -1 ? lines.length : value);

describe('what is believed of a version before anything is measured', () => {
  it('has variance 1, likens neighbours, and more so within a line', () => {
    expect(values.map((value) => effects.covariance(value, value))).toEqual(values.map(() => 1));
    expect(effects.covariance(0, 1)).toBeGreaterThan(effects.covariance(1, 2));
    expect(effects.covariance(1, 2)).toBeGreaterThan(effects.covariance(1, 6));
    expect(effects.covariance(1, -1)).toBe(0);
  });

  it('pulls every effect by its covariance', () => {
    for (const pulled of values) {
      const pulls = new Float64Array(lines.length + 1);
      pulls[placeOf(pulled)] = 2;
      const result = new Float64Array(lines.length + 1);
      effects.addPulled(result, pulls);
      for (const value of values) {
        expect(result[placeOf(value)]).toBeCloseTo(2 * effects.covariance(value, pulled), 10);
      }
    }
  });

  it('is what draws have', () => {
    const normal = normalNumbers(seededRandom('draws'));
    const draws = Array.from({ length: 20_000 }, () => effects.draw(normal));
    for (const [a, b] of [
      [0, 0],
      [0, 1],
      [1, 2],
      [3, 5],
      [0, -1],
    ] as const) {
      const sum = draws.reduce((total, draw) => total + (draw[placeOf(a)] ?? 0) * (draw[placeOf(b)] ?? 0), 0);
      expect(Math.abs(sum / draws.length - effects.covariance(a, b))).toBeLessThan(0.05);
    }
  });
});
