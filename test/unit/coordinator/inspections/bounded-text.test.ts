import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedText, FIRST_BYTES, LAST_BYTES } from '../../../../coordinator/inspections/bounded-text.ts';

const kept = (chunks: readonly string[]) => {
  const text = new BoundedText();
  for (const chunk of chunks) text.add(Buffer.from(chunk));
  return text;
};

test('keeps a text that fits as it is, however it was cut', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (chunks) => {
      expect(kept(chunks).text()).toBe(chunks.join(''));
    }),
  );
});

test('keeps the ends of a text that does not, and counts what is missing', () => {
  const middle = 'm'.repeat(FIRST_BYTES + LAST_BYTES);
  const text = kept(['first', ...Array.from({ length: 3 }, () => middle), 'last']);
  expect(text.droppedBytes).toBe(9 + 3 * middle.length - FIRST_BYTES - LAST_BYTES);
  expect(text.text().startsWith('firstm')).toBe(true);
  expect(text.text().endsWith('mlast')).toBe(true);
});
