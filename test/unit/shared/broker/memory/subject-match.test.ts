import { expect, test } from 'vitest';
import { subjectMatches } from '../../../../../shared/broker/memory/subject-match.ts';

test.each([
  ['a.b', 'a.b', true],
  ['a.*', 'a.b', true],
  ['a.*', 'a.b.c', false],
  ['a.*', 'a', false],
  ['*.b', 'a.b', true],
  ['a.*.c', 'a.b.c', true],
  ['a.>', 'a.b.c', true],
  ['a.>', 'a', false],
  ['>', 'a', true],
  ['a.b', 'a.c', false],
  ['a.b', 'a', false],
  ['a', 'a.b', false],
])('%s and %s: %s', (pattern, subject, expected) => {
  expect(subjectMatches(pattern, subject)).toBe(expected);
});
