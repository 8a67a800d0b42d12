import { describe, expect, it } from 'vitest';
import { CulpritBelief } from '../../../../../coordinator/monkey/strategies/culprit-belief.ts';

const differences = [
  { packageIndex: 0, values: [7, 5, 4, 2] },
  { packageIndex: 2, values: [-1, 3] },
];

describe('what is believed about a culprit', () => {
  it('holds every package alike before, and every change of it', () => {
    const belief = new CulpritBelief(differences, 0.1);
    expect(belief.probabilityOf(0)).toBeCloseTo(0.5);
    expect(belief.probabilityOf(2)).toBeCloseTo(0.5);
    expect(belief.badness(Int32Array.of(5, 0, -1))).toBeCloseTo(0.5 / 3);
    expect(belief.badness(Int32Array.of(2, 0, 9))).toBeCloseTo(1);
  });

  it('takes values beyond the two stacks, and between steps, for the nearest on the good side', () => {
    const belief = new CulpritBelief(differences, 0.1);
    expect(belief.badness(Int32Array.of(9, 0, -1))).toBe(0);
    expect(belief.badness(Int32Array.of(6, 0, -1))).toBe(0);
    expect(belief.badness(Int32Array.of(1, 0, -1))).toBeCloseTo(0.5);
  });

  it('follows right answers to the change', () => {
    const belief = new CulpritBelief(differences, 0.1);
    for (let round = 0; round < 4; round++) {
      belief.observe(Int32Array.of(7, 0, 3), false);
      belief.observe(Int32Array.of(4, 0, -1), true);
      belief.observe(Int32Array.of(5, 0, -1), false);
    }
    expect(belief.best).toMatchObject({ packageIndex: 0, lastGood: 5, firstBad: 4 });
    expect(belief.best.probability).toBeGreaterThan(0.99);
  });

  it('does not mind the order of answers', () => {
    const answers = [
      [Int32Array.of(7, 0, 3), true],
      [Int32Array.of(4, 0, -1), true],
      [Int32Array.of(5, 0, -1), false],
    ] as const;
    const [one, other] = [answers, answers.toReversed()].map((order) => {
      const belief = new CulpritBelief(differences, 0.1);
      order.forEach(([values, isBad]) => belief.observe(values, isBad));
      return belief.badness(Int32Array.of(4, 0, -1));
    });
    expect(one).toBeCloseTo(other ?? NaN, 12);
  });

  it('survives a wrong answer', () => {
    const belief = new CulpritBelief(differences, 0.1);
    belief.observe(Int32Array.of(7, 0, 3), true);
    for (let round = 0; round < 5; round++) {
      belief.observe(Int32Array.of(7, 0, 3), false);
      belief.observe(Int32Array.of(2, 0, -1), true);
    }
    expect(belief.best.packageIndex).toBe(0);
  });
});
