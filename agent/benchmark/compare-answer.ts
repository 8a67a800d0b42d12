// Whether a stack computed what it should: fast and wrong is a finding of its own.
import type { AnswerTolerance } from '../../shared/measurement/indicators/indicator.ts';

/** Numbers, or the names of those that JSON cannot hold (`nan`, `inf`, `-inf`). */
export type Answer = readonly (number | string)[];

export interface WrongNumber {
  /** From 0. */
  readonly position: number;
  readonly seen: number | string;
  readonly expected: number | string;
}

function agrees(seen: number | string, expected: number | string, tolerance: AnswerTolerance): boolean {
  if (typeof seen !== 'number' || typeof expected !== 'number') return seen === expected;
  return Math.abs(seen - expected) <= tolerance.absolute + tolerance.relative * Math.abs(expected);
}

/** The first number that is not within the tolerance of the expected one; null when all are. */
export function compareAnswer(
  seen: Answer,
  expected: Answer,
  tolerance: AnswerTolerance,
): WrongNumber | null {
  for (let position = 0; position < Math.max(seen.length, expected.length); position++) {
    const one = seen[position] ?? 'missing';
    const other = expected[position] ?? 'missing';
    if (!agrees(one, other, tolerance)) return { position, seen: one, expected: other };
  }
  return null;
}
