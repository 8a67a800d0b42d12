import { describe, expect, it, test } from 'vitest';
import {
  readNumbers,
  readScriptMetrics,
  readText,
  readTexts,
  readValue,
} from '../../../../agent/benchmark/read-answer.ts';

describe('the last line of a script', () => {
  it('gives the finite numbers under @result', () => {
    const line = JSON.stringify({
      name: 'conv2d',
      '@parameters': { size: 3 },
      '@result': { elapsed: 12.5, rate: 3, note: 'text', nested: { a: 1 }, flag: true },
    });
    expect(readScriptMetrics(line)).toEqual({ metrics: { elapsed: 12.5, rate: 3 } });
    expect(readScriptMetrics('{}')).toEqual({ metrics: {} });
  });

  it('is refused when it is no object, and says what it was', () => {
    expect(readScriptMetrics('')).toEqual({ problem: 'it printed nothing' });
    expect(readScriptMetrics('[1]')).toEqual({ problem: 'it is "[1]"' });
    expect(readScriptMetrics('{"@result": {"rate": NaN}}')).toHaveProperty('problem');
    expect(readScriptMetrics('{"@result": [1]}')).toEqual({ problem: '"@result" is not an object' });
  });

  it('names no metric at length or with control characters', () => {
    const result = { fine: 1, [`a${String.fromCodePoint(0)}b`]: 2, ['n'.repeat(101)]: 3, 'µs per call': 4 };
    expect(readScriptMetrics(JSON.stringify({ '@result': result }))).toEqual({
      metrics: { fine: 1, 'µs per call': 4 },
    });
  });

  it('cannot give more than 64 metrics', () => {
    const result = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`m${index}`, index]));
    const read = readScriptMetrics(JSON.stringify({ '@result': result }));
    expect('metrics' in read && Object.keys(read.metrics)).toHaveLength(64);
  });
});

test('what is longer than the runner would send is no answer', () => {
  expect(readNumbers([1, 'nan', -2.5])).toEqual([1, 'nan', -2.5]);
  expect(readNumbers(Array.from({ length: 65 }, () => 1))).toBeNull();
  expect(readNumbers(['9'.repeat(5000)])).toBeNull();
  expect(readTexts(Array.from({ length: 65 }, () => 'libblas.so'))).toBeNull();
  expect(readTexts(['x'.repeat(5000)])).toBeNull();
  expect(readText({ message: 'x'.repeat(5000) }, 'message')).toBeNull();
});

describe('a value', () => {
  const raw = { wallNs: 5, cpuNs: 4, involuntarySwitches: 0, minorFaults: 1, majorFaults: 0 };

  it('carries the loops and the order that were asked for, not those that the process tells', () => {
    const value = readValue({ ...raw, loops: 1e9, order: 9 }, { loops: 3, order: 2 });
    expect(value).toEqual({ ...raw, loops: 3, order: 2 });
  });

  it('is refused as a whole when a number is missing, negative or not one', () => {
    const place = { loops: 1, order: 0 };
    expect(readValue({ ...raw, wallNs: '5' }, place)).toBeNull();
    expect(readValue({ ...raw, cpuNs: -1 }, place)).toBeNull();
    expect(readValue({ wallNs: 5 }, place)).toBeNull();
    expect(readValue(null, place)).toBeNull();
  });
});
