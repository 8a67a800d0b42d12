import { describe, expect, it } from 'vitest';
import { createBegunTrials } from '../../../../agent/work/begun-trials.ts';

describe('begun trials', () => {
  it('lets each epoch of a job begin once', () => {
    const begun = createBegunTrials();
    expect([begun.begin('a', 1), begun.begin('a', 1), begun.begin('b', 1)]).toEqual([true, false, true]);
    expect([begun.begin('a', 2), begun.begin('a', 2)]).toEqual([true, false]);
  });

  it('remembers the last 64 jobs, counted from when they last began', () => {
    const begun = createBegunTrials();
    begun.begin('kept', 1);
    begun.begin('first', 1);
    begun.begin('kept', 2);
    for (let n = 0; n < 63; n++) begun.begin(`other ${n}`, 1);
    expect(begun.begin('kept', 2)).toBe(false);
    expect(begun.begin('first', 1)).toBe(true);
  });
});
