// One row of a table of bad input, and what a person must see of it: the code, what is wrong and where, what to do, and
// the exit status.
import { expect } from 'vitest';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { Answer } from './programs.ts';

export interface Refusal {
  readonly code: ErrorCode;
  readonly status: number;
  /** A part of the message: what was wrong, and where. */
  readonly says: string;
  /** A part of the hint. */
  readonly hint: string;
}

/** Nothing on standard output, and the refusal on standard error, whole. */
export function expectRefusal(answer: Answer, { code, status, says, hint }: Refusal): void {
  const lines = answer.stderr.split('\n');
  const from = lines.findIndex((line) => line.startsWith('error['));
  const shown = {
    status: answer.status,
    message: lines[from] ?? answer.stderr,
    hint: lines.slice(from).find((line) => line.startsWith('  hint: ')) ?? '(none)',
    stdout: answer.stdout,
  };
  expect(shown).toEqual({
    status,
    message: expect.stringContaining(`error[${code}]: `) as string,
    hint: expect.stringContaining(hint) as string,
    stdout: '',
  });
  expect(shown.message).toContain(says);
  // A fact that was not filled in would show as {name}.
  expect(shown.hint).not.toMatch(/\{[a-z]\w*\}/);
  expect(shown.message).not.toMatch(/internal error|undefined|\[object/);
}
