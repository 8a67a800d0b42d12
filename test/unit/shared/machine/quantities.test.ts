import { describe, expect, it } from 'vitest';
import { compareDotted, findQuantity, inBaseUnit } from '../../../../shared/machine/quantities.ts';
import { a100, machine } from './machines.ts';

describe('dotted numbers', () => {
  it.each([
    ['2.9', '2.28', -1],
    ['2.28', '2.28.0', 0],
    ['550.54.15', '550.54', 1],
    ['6.1.0-18-amd64', '6.1', 0],
    ['10', '9.99', 1],
  ])('%s against %s', (left, right, sign) => {
    expect(Math.sign(compareDotted(left, right))).toBe(sign);
    expect(Math.sign(compareDotted(right, left))).toBe(sign === 0 ? 0 : -sign);
  });
});

describe('units', () => {
  it('are those of the kind alone', () => {
    expect(inBaseUnit('bytes', 1, 'GiB')).toBe(2 ** 30);
    expect(inBaseUnit('bytes', 1, 'GB')).toBe(1e9);
    expect(inBaseUnit('megahertz', 3.2, 'GHz')).toBe(3200);
    expect(inBaseUnit('megahertz', 1, 'GiB')).toBeNull();
    expect(inBaseUnit('version', 1, '1')).toBeNull();
  });
});

describe('facts that can be compared', () => {
  const read = (
    name: string,
    fingerprint = machine({ gpus: [a100, { ...a100, driver: '99.1', memoryBytes: null }] }),
  ) => findQuantity(name)?.read(fingerprint);

  it('take the best of several GPUs', () => {
    expect(read('gpu.count')).toBe(2);
    expect(read('gpu.memory')).toBe(40 * 2 ** 30);
    expect(read('gpu.driver')).toBe('535.104.05');
  });

  it('are null where there is nothing to compare', () => {
    expect(read('gpu.count', machine())).toBe(0);
    expect(read('gpu.memory', machine())).toBeNull();
    expect(read('glibc', machine({ libc: { family: 'musl', version: '1.2' } }))).toBeNull();
    expect(findQuantity('nonsense')).toBeNull();
  });
});
