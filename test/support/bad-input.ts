// One row of a table of bad input, and what a person must see of it: the code, what is wrong and where, what to do, and
// the exit status.
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { printError } from '../../shared/terminal/print-error.ts';
import { streamTerminal } from '../../shared/terminal/terminal.ts';
import type { Answer } from './programs.ts';

export interface Refusal {
  readonly code: ErrorCode;
  readonly status: number;
  /** A part of the message: what was wrong, and where. */
  readonly says: string;
  /** A part of the hint. */
  readonly hint: string;
}

/** The refusal that an answer shows, to be compared with the one that is wanted: where a part is missing, the whole line stands in its place. */
export function seenIn(answer: Answer, wanted: Refusal): Omit<Refusal, 'code'> & { readonly code: string } {
  const lines = answer.stderr.split('\n');
  const from = lines.findIndex((line) => line.startsWith('error['));
  const message = lines[from] ?? answer.stderr;
  const hint = lines.slice(from).find((line) => line.startsWith('  hint: ')) ?? '(no hint)';
  const isReadable =
    answer.stdout === '' && !/\{[a-z]\w*\}$/.test(hint) && !/internal error|undefined|\[object/.test(message);
  const part = (line: string, wish: string): string => (isReadable && line.includes(wish) ? wish : line);
  return {
    code: /^error\[(TROOP-\d+)\]/.exec(message)?.[1] ?? '(no code)',
    status: answer.status ?? -1,
    says: part(message, wanted.says),
    hint: part(hint, wanted.hint),
  };
}

/** What a program would show of work that sampling threads do in it: those run from built files alone. */
export async function answerOf(work: () => Promise<unknown>): Promise<Answer> {
  const parts: string[] = [];
  const stream = {
    write: (text: string): boolean => {
      parts.push(text);
      return true;
    },
  };
  try {
    await work();
    return { status: 0, stdout: '', stderr: '' };
  } catch (error) {
    const status = printError(streamTerminal(stream, stream, { NO_COLOR: '1' }), error, { json: false });
    return { status, stdout: '', stderr: parts.join('') };
  }
}
