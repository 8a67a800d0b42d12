import { expect, test } from 'vitest';
import { storableJson, storableText } from '../../../../coordinator/store/storable.ts';

const replacement = String.fromCodePoint(0xfffd);

test('keeps ordinary text as it is, whole surrogate pairs included', () => {
  expect(storableText('naïve 🐒 \\u0000')).toBe('naïve 🐒 \\u0000');
});

test('replaces what PostgreSQL cannot hold', () => {
  expect(storableText(`a${String.fromCodePoint(0)}b${String.fromCharCode(0xd83d)}c`)).toBe(
    `a${replacement}b${replacement}c`,
  );
});

test('reaches every string of a value, and wide integers', () => {
  const text = storableJson({ deep: [{ tail: `x${String.fromCodePoint(0)}` }], wide: 2n ** 40n });
  expect(JSON.parse(text)).toEqual({ deep: [{ tail: `x${replacement}` }], wide: 2 ** 40 });
});

test('reaches the keys too: a script names its metrics itself', () => {
  const text = storableJson([{ metrics: { [`a${String.fromCodePoint(0)}b`]: 1, plain: 2 } }]);
  expect(JSON.parse(text)).toEqual([{ metrics: { [`a${replacement}b`]: 1, plain: 2 } }]);
});
