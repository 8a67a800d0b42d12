import { describe, expect, it } from 'vitest';
import { formatQueueKey, parseQueueKey } from '../../../../shared/machine/queue-key.ts';

describe('the key of a queue', () => {
  it.each([
    'avx2.linux_x86_64-cp311',
    'avx2+cuda.manylinux_2_36_x86_64-cp313t',
    'any.macosx_14_0_arm64-cp39',
  ])('%s is read and written back', (text) => {
    expect(formatQueueKey(parseQueueKey(text))).toBe(text);
  });

  it.each([
    '',
    'avx2',
    'avx2.linux_x86_64',
    'cuda+avx2.linux_x86_64-cp311',
    'a.b.linux_x86_64-cp311',
    'any.linux-x-cp311',
  ])('%j is none', (text) => {
    expect(() => parseQueueKey(text)).toThrow('not a queue');
  });
});
