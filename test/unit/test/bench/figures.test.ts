// The verdicts that a bench prints are what people read of it.
import { describe, expect, it } from 'vitest';
import { lineOf } from '../../../bench/figures.ts';
import { tableOf } from '../../../bench/table.ts';
import { goalText, holds } from '../../../bench/verdict.ts';

describe('a goal', () => {
  it.each([
    [{ atMost: 90 }, 90, null, true],
    [{ atMost: 90 }, 90.1, null, false],
    [{ atLeast: 50_000 }, 49_999, null, false],
    [{ atLeast: 1, atMost: 2 }, 1.5, null, true],
    [{ ratioAtLeast: 0.25 }, 10, 0.25, true],
    [{ ratioAtLeast: 0.25 }, 10, 0.24, false],
    [{ ratioAtMost: 1.3 }, 10, 1.31, false],
    [{ atMost: 100, ratioAtMost: 1.3 }, 101, 1, false],
  ])('%j of %d with the ratio %j holds: %j', (goal, ours, ratio, expected) => {
    expect(holds(goal, { ours, ratio })).toBe(expected);
  });

  it('does not hold where nothing was measured', () => {
    expect(holds({ atMost: 90 }, { ours: NaN, ratio: null })).toBe(false);
    expect(holds({ ratioAtMost: 90 }, { ours: 1, ratio: null })).toBe(false);
    expect(holds({ ratioAtMost: 90 }, { ours: 1, ratio: NaN })).toBe(false);
  });

  it('is told in signs', () => {
    expect(goalText({ atMost: 90 })).toBe('≤ 90');
    expect(goalText({ atLeast: 1, ratioAtMost: 1.3 })).toBe('≥ 1, ratio ≤ 1.3');
  });
});

describe('a line', () => {
  const figure = { bench: 'jobs', figure: 'jobs a second', ours: 123.456, unit: 'jobs/s' };

  it('says ratio and verdicts, judged before they are rounded', () => {
    const reference = { name: 'bare', value: 500 };
    expect(
      lineOf({ ...figure, reference, goal: { ratioAtLeast: 0.247 }, aim: { ratioAtLeast: 0.2 } }),
    ).toEqual({
      ...figure,
      ours: 123,
      reference,
      ratio: 0.247,
      goal: { ratioAtLeast: 0.247 },
      holds: false,
      aim: { ratioAtLeast: 0.2 },
      reachesAim: true,
    });
  });

  it('takes the ratio of the rounds where one is given', () => {
    const line = lineOf({
      ...figure,
      reference: { name: 'bare', value: 100 },
      ratio: 0.5,
      goal: { ratioAtLeast: 1 },
    });
    expect(line).toMatchObject({ ratio: 0.5, holds: false });
  });
});

describe('the table', () => {
  it('shows figures alone, one a row, with what does not hold in capitals', () => {
    const told = [
      lineOf({ bench: 'idle', figure: 'memory', ours: 91, unit: 'MB', goal: { atMost: 90 } }),
      { bench: 'idle', name: 'something else' },
      lineOf({ bench: 'idle', figure: 'processor', ours: 0.1, unit: '%', goal: { atMost: 0.3 } }),
    ];
    const rows = tableOf(told.map((line) => JSON.stringify(line)))
      .trimEnd()
      .split('\n')
      .map((row) => row.split(/ {2,}/));
    expect(rows.slice(2)).toEqual([
      ['idle', 'memory', '91 MB', '≤ 90', 'NO'],
      ['idle', 'processor', '0.1 %', '≤ 0.3', 'yes'],
    ]);
  });

  it('is nothing where there are no figures', () => {
    expect(tableOf(['{"bench":"monkey"}'])).toBe('');
  });
});
