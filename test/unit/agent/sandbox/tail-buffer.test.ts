import { expect, test } from 'vitest';
import { TailBuffer } from '../../../../agent/sandbox/tail-buffer.ts';

test('keeps the last bytes, however they came in', () => {
  const whole = Buffer.from(Array.from({ length: 1000 }, (_, index) => 97 + (index % 26)));
  for (const size of [1, 7, 64, 1000]) {
    const tail = new TailBuffer(100);
    for (let start = 0; start < whole.length; start += size) tail.append(whole.subarray(start, start + size));
    expect(tail.text()).toBe(whole.subarray(900).toString());
  }
});

test('is the whole text while that is short', () => {
  const tail = new TailBuffer(100);
  tail.append(Buffer.from('Käse'));
  expect(tail.text()).toBe('Käse');
});
