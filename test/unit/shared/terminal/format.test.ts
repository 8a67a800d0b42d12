import { expect, it } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatNanoseconds,
  formatQuantity,
  plural,
} from '../../../../shared/terminal/format.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [13_600_000, '13.6 MB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [5e15, '5000.0 TB'],
])('writes %d bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

it.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [12_340, '12.3 s'],
  [59_949, '59.9 s'],
  [59_951, '1m00s'],
  [250_000, '4m10s'],
  [3_599_600, '1h00m'],
  [11_400_000, '3h10m'],
])('writes %d ms as %s', (durationMs, text) => expect(formatDuration(durationMs)).toBe(text));

it.each([
  [0, '0.00 ns'],
  [1, '1.00 ns'],
  [999.4, '999 ns'],
  [999.6, '1.00 µs'],
  [45_600, '45.6 µs'],
  [999_600, '1.00 ms'],
  [1_230_000, '1.23 ms'],
  [-45_600, '-45.6 µs'],
  [1.234e12, '1234 s'],
])('writes %d ns as %s', (durationNs, text) => expect(formatNanoseconds(durationNs)).toBe(text));

it('counts in words', () => {
  expect([0, 1, 2].map((count) => plural(count, 'stack'))).toEqual(['0 stacks', '1 stack', '2 stacks']);
});

it.each([
  [74_790_000, 'ns', '74.8 ms'],
  [32_690_000, 'bytes', '32.7 MB'],
  [1234, 'rows/s', '1.23e+3 rows/s'],
  [0.5, '', '0.500'],
])('writes %d %s as %s', (value, unit, text) => expect(formatQuantity(value, unit)).toBe(text));

it('takes the word for many where an s alone does not do', () => {
  expect(plural(2, 'launch', 'launches')).toBe('2 launches');
  expect(plural(1, 'launch', 'launches')).toBe('1 launch');
});
