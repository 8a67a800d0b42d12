import { describe, expect, it } from 'vitest';
import { emptyFingerprint } from '../../../../shared/machine/fingerprint.ts';
import { parseFingerprint } from '../../../../shared/machine/parse-fingerprint.ts';
import { a100, machine } from './machines.ts';

describe('a fingerprint from outside', () => {
  it('is taken after a round trip through JSON, with everything known and with nothing', () => {
    const known = machine({ gpus: [a100], container: { cpuLimit: 'unlimited', memoryLimitBytes: 2 ** 33 } });
    for (const fingerprint of [known, emptyFingerprint]) {
      expect(parseFingerprint(JSON.parse(JSON.stringify(fingerprint)))).toEqual(fingerprint);
    }
  });

  it.each([
    ['null', null],
    ['a text', 'x'],
    ['another schema', { ...machine(), schema: 2 }],
    ['a missing group', { ...machine(), cpu: undefined }],
    ['a number as text', { ...machine(), memory: { totalBytes: '1', swapBytes: 0 } }],
    ['an unknown field', { ...machine(), extra: 1 }],
    [
      'a flood of flags',
      { ...machine(), cpu: { ...machine().cpu, flags: Array.from({ length: 3000 }, () => 'x') } },
    ],
    ['a very long name', { ...machine(), firmware: 'x'.repeat(10_000) }],
  ])('is refused when it is %s', (_what, value) => {
    expect(() => parseFingerprint(value)).toThrow('not a fingerprint');
  });
});
