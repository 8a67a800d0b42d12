import { expect, test } from 'vitest';
import { parseUvVersion } from '../../../../agent/build/uv-version.ts';

test.each([
  ['uv 0.13.9 (x86_64-unknown-linux-gnu)\n', '0.13.9'],
  ['uv 0.5.0', '0.5.0'],
  ['uvx 0.5.0', null],
  ['', null],
])('%j', (text, expected) => {
  expect(parseUvVersion(text)).toBe(expected);
});
