import { describe, expect, it } from 'vitest';
import {
  benchmarkMetrics,
  canonicalBenchmark,
  completeBenchmark,
  completeParameters,
  findIndicator,
  indicators,
} from '../../../../../shared/measurement/indicators/registry.ts';
import type { Parameters } from '../../../../../shared/measurement/benchmark.ts';

const refusal = (name: string, parameters: Parameters): string => {
  try {
    completeParameters(findIndicator(name), parameters);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

describe('completing a benchmark', () => {
  it('fills in defaults and keeps what is given', () => {
    expect(completeBenchmark({ indicator: 'matmul', parameters: { size: 64 } })).toEqual({
      indicator: 'matmul',
      parameters: { size: 64, threads: 1 },
    });
  });

  it('is the same when done twice', () => {
    for (const { name } of indicators.values()) {
      const once = completeBenchmark({
        indicator: name,
        parameters: name === 'import' ? { modules: ['json'] } : {},
      });
      expect(completeBenchmark(once)).toEqual(once);
    }
  });

  it('refuses what is unknown, out of bounds, of the wrong kind or missing, and says which', () => {
    expect(refusal('matmul', { sise: 64 })).toContain('no parameter sise; it has size, threads');
    expect(refusal('matmul', { size: 7 })).toContain('size is not between 8 and 16384');
    expect(refusal('matmul', { size: '64' })).toContain('size is not an integer');
    expect(refusal('matmul', { size: Number.NaN })).toContain('size is not an integer');
    expect(refusal('linalg', { operation: 'qr' })).toContain('none of solve, svd, eigh');
    expect(refusal('import', {})).toContain('modules must be given');
    expect(refusal('import', { modules: [] })).toContain('not a list');
    expect(refusal('import', { modules: ['os; rm'] })).toContain('"os; rm"');
    expect(refusal('import', { modules: ['numpy', 'scipy.linalg'] })).toBe('accepted');
    expect(() => completeBenchmark({ indicator: 'mathmul', parameters: {} })).toThrow(/mathmul.*hello/u);
  });

  it('does not let the parameters of a script decide how processes run', () => {
    const script = { sha256: 'a'.repeat(64), name: 'bench.py' };
    expect(completeBenchmark({ script, parameters: { SIZE: 3 } })).toEqual({
      script,
      parameters: { SIZE: 3 },
    });
    for (const name of ['LD_PRELOAD', 'PATH', 'PYTHONPATH', 'TROOP_X', 'A-B', '']) {
      expect(() => completeBenchmark({ script, parameters: { [name]: 'x' } })).toThrow(
        /environment variable/u,
      );
    }
  });
});

describe('every indicator', () => {
  it('is registered under its own name and is decided on the wall clock', () => {
    for (const [name, descriptor] of indicators) {
      expect(descriptor.name).toBe(name);
      expect(benchmarkMetrics({ indicator: name, parameters: {} })[0]?.name).toBe('wall');
    }
    expect(indicators.size).toBeGreaterThanOrEqual(8);
  });
});

describe('the canonical form of a benchmark', () => {
  it('leaves out what is the default anyway, so that one benchmark has one form', () => {
    const short = { indicator: 'matmul', parameters: {} };
    expect(canonicalBenchmark({ indicator: 'matmul', parameters: { size: 512 } })).toEqual(short);
    expect(canonicalBenchmark({ indicator: 'matmul', parameters: { threads: 1, size: 512 } })).toEqual(short);
    const other = { indicator: 'matmul', parameters: { size: 64 } };
    expect(canonicalBenchmark(other)).toEqual(other);
  });

  it('refuses what is no benchmark', () => {
    expect(() => canonicalBenchmark({ indicator: 'matmul', parameters: { sizes: 1 } })).toThrow(/sizes/);
    expect(() => canonicalBenchmark({ indicator: 'nothing', parameters: {} })).toThrow(/nothing/);
  });
});
