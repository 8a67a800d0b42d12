import { describe, expect, it } from 'vitest';
import { expectedPairMs, nextLoops, valuesPerLaunch } from '../../../../agent/benchmark/calibrate.ts';

/** Follows the search for a benchmark that costs `callMs` a call. */
function search(callMs: number, targetMs: number): { loops: number; rounds: number } {
  let loops = 1;
  for (let rounds = 0; rounds < 16; rounds++) {
    const next = nextLoops(loops, loops * callMs, targetMs);
    if (next === loops) return { loops, rounds };
    loops = next;
  }
  return { loops, rounds: 16 };
}

describe('the number of loops', () => {
  it.each([1e-5, 1e-3, 0.3, 7, 49])('ends within half and twice the target for a call of %s ms', (callMs) => {
    const { loops, rounds } = search(callMs, 50);
    expect(loops * callMs).toBeGreaterThanOrEqual(25);
    expect(loops * callMs).toBeLessThanOrEqual(100);
    expect(rounds).toBeLessThanOrEqual(6);
  });

  it('is one for a call that lasts longer than a value', () => {
    expect(search(5000, 50).loops).toBe(1);
  });

  it('stays finite for a call that takes no time at all', () => {
    expect(nextLoops(1_000_000_000, 0, 50)).toBe(1_000_000_000);
    expect(nextLoops(1, 0, 50)).toBe(100);
  });
});

describe('the number of values', () => {
  it('is even and within 4 to 24', () => {
    expect(valuesPerLaunch(300, 50)).toBe(4);
    expect(valuesPerLaunch(8000, 50)).toBe(14);
    expect(valuesPerLaunch(1e9, 1)).toBe(24);
    expect(valuesPerLaunch(0, 1e6)).toBe(4);
    expect(valuesPerLaunch(100, 0)).toBe(24);
  });
});

describe('the expected time of a pair', () => {
  it('counts both arms, every launch and every value', () => {
    const record = {
      benchmark: 'matmul',
      mode: 'interleaved' as const,
      loops: 3,
      warmups: 1,
      values: 4,
      launches: 1,
      valueMs: 10,
      launchMs: 100,
    };
    expect(expectedPairMs(record, true)).toBe(300);
    expect(expectedPairMs(record, false)).toBe(150);
  });
});
