import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedLog } from '../../../../agent/build/bounded-log.ts';

const bounds = { firstBytes: 10, lastBytes: 20 };

test('a short log is kept whole', () => {
  const log = new BoundedLog(bounds);
  log.append('abc');
  log.append(Buffer.from('def'));
  expect(log.text()).toBe('abcdef');
});

test('of a long one the beginning and the end are kept, and the gap says its size', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{0,50}$/), { maxLength: 40 }), (chunks) => {
      const whole = chunks.join('');
      const log = new BoundedLog(bounds);
      for (const chunk of chunks) log.append(chunk);
      const dropped = whole.length - 30;
      const expected =
        dropped <= 0 ? whole : `${whole.slice(0, 10)}\n[${dropped} bytes left out]\n${whole.slice(-20)}`;
      expect(log.text()).toBe(expected);
    }),
  );
});
