import { describe, expect, it } from 'vitest';
import { compareAnswer } from '../../../../agent/benchmark/compare-answer.ts';

const tolerance = { relative: 1e-6, absolute: 1e-9 };

describe('an answer', () => {
  it('may differ by rounding', () => {
    expect(compareAnswer([1000.0001, -2], [1000, -2], tolerance)).toBeNull();
    expect(compareAnswer([1e-10], [0], tolerance)).toBeNull();
    expect(compareAnswer([], [], tolerance)).toBeNull();
  });

  it('is wrong beyond that, and the first wrong number is named', () => {
    expect(compareAnswer([1, 2.01, 9], [1, 2, 3], tolerance)).toEqual({
      position: 1,
      seen: 2.01,
      expected: 2,
    });
  });

  it('is wrong when it is no number, unless that is what is expected', () => {
    expect(compareAnswer(['nan'], [1], tolerance)).toEqual({ position: 0, seen: 'nan', expected: 1 });
    expect(compareAnswer([1], ['inf'], tolerance)).not.toBeNull();
    expect(compareAnswer(['nan', 'inf'], ['nan', 'inf'], tolerance)).toBeNull();
  });

  it('is wrong when it is shorter or longer', () => {
    expect(compareAnswer([1], [1, 2], tolerance)).toMatchObject({ position: 1, seen: 'missing' });
    expect(compareAnswer([1, 2], [1], tolerance)).toMatchObject({ position: 1, expected: 'missing' });
  });
});
