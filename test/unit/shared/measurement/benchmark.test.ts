import { describe, expect, it } from 'vitest';
import { benchmarkKey, scriptMetric } from '../../../../shared/measurement/benchmark.ts';

describe('the key of a benchmark', () => {
  it('does not depend on the order of parameters', () => {
    const key = benchmarkKey({ indicator: 'matmul', parameters: { size: 512, threads: 1 } });
    expect(benchmarkKey({ indicator: 'matmul', parameters: { threads: 1, size: 512 } })).toBe(key);
    expect(key).toBe('matmul(size=512,threads=1)');
  });

  it('tells texts from numbers, and lists with commas from longer lists', () => {
    const keyOf = (value: string | number | string[]) =>
      benchmarkKey({ indicator: 'import', parameters: { modules: value } });
    expect(keyOf('1')).not.toBe(keyOf(1));
    expect(keyOf(['a,b'])).not.toBe(keyOf(['a', 'b']));
  });

  it('of a script follows its content', () => {
    const keyOf = (sha256: string) => benchmarkKey({ script: { sha256, name: 'bench.py' }, parameters: {} });
    expect(keyOf('a'.repeat(64))).toBe('bench.py@aaaaaaaaaaaa');
    expect(keyOf('b'.repeat(64))).not.toBe(keyOf('a'.repeat(64)));
  });
});

describe('the metrics of a script', () => {
  it('know the two that are agreed on', () => {
    expect(scriptMetric('rate').direction).toBe('higher');
    expect(scriptMetric('elapsed').unit).toBe('ms');
    expect(scriptMetric('loss').direction).toBe('lower');
  });
});
