import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verdictOn, type VerdictWord } from '../../../../coordinator/analysis/verdict.ts';

const cases: readonly [low: number, high: number, lower: VerdictWord, higher: VerdictWord][] = [
  [0.5, 0.6, 'better', 'worse'],
  [1.5, 1.6, 'worse', 'better'],
  [0.99, 1.01, 'same', 'same'],
  [0.981, 1.019, 'same', 'same'],
  [0.97, 1.01, 'undecided', 'undecided'],
  [0.9, 1.1, 'undecided', 'undecided'],
  // Sure to be on one side, and by less than one per cent at its near end: no word.
  [0.9, 0.995, 'undecided', 'undecided'],
  [1.005, 1.2, 'undecided', 'undecided'],
  [0.9, 0.99, 'better', 'worse'],
  [1.0101, 1.2, 'worse', 'better'],
];

describe('a verdict', () => {
  it.each(cases)('on an interval from %d to %d is %s where lower is better, %s where higher is', (...one) => {
    const [low, high, lower, higher] = one;
    expect(verdictOn({ low, high }, 'lower')).toBe(lower);
    expect(verdictOn({ low, high }, 'higher')).toBe(higher);
  });

  it('turns around with the direction, and is never surer than a narrower interval inside', () => {
    const bound = fc.double({ min: 0.01, max: 10, noNaN: true });
    fc.assert(
      fc.property(bound, bound, fc.double({ min: 0, max: 1, noNaN: true }), (left, right, part) => {
        const [low, high] = [Math.min(left, right), Math.max(left, right)];
        const lower = verdictOn({ low, high }, 'lower');
        const turned = { better: 'worse', worse: 'better', same: 'same', undecided: 'undecided' }[lower];
        expect(verdictOn({ low, high }, 'higher')).toBe(turned);
        const inside = low + (high - low) * part;
        const narrow = verdictOn({ low: inside, high: inside }, 'lower');
        // "Same" is about practical purposes, so it may be the narrower one's word for a small effect too.
        const allowed = lower === 'undecided' ? ['better', 'worse', 'same', 'undecided'] : [lower, 'same'];
        expect(allowed).toContain(narrow);
      }),
    );
  });
});
