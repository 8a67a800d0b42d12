// Where a command speaks: results on stdout, everything else on stderr. Passed in, so that commands can be tested
// without a process.
import { styleText } from 'node:util';
import { printableLine } from './printable.ts';

export interface Terminal {
  /** A line of the result. */
  out(line: string): void;
  /** A message to the person who waits. */
  say(line: string): void;
  /** Raw text to stderr, for a progress display. */
  raw(text: string): void;
  /** Whether stderr is a terminal that can be redrawn. */
  readonly isInteractive: boolean;
  readonly columns: number;
  style(format: Style, text: string): string;
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

interface Stream {
  write(text: string): boolean;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A terminal over two streams; colours obey NO_COLOR and FORCE_COLOR (no-color.org). */
export function streamTerminal(
  stdout: Stream,
  stderr: Stream,
  environment: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isInteractive =
    stderr.isTTY === true && environment['TERM'] !== 'dumb' && environment['TROOP_NO_PROGRESS'] === undefined;
  const forced = environment['FORCE_COLOR'] !== undefined && environment['FORCE_COLOR'] !== '0';
  const hasColour = forced || (stdout.isTTY === true && environment['NO_COLOR'] === undefined);
  return {
    out: (line) => void stdout.write(`${shown(stdout, line)}\n`),
    say: (line) => void stderr.write(`${shown(stderr, line)}\n`),
    raw: (text) => void stderr.write(text),
    isInteractive,
    columns: Math.max(40, stderr.columns || 100),
    style: (format, text) => (hasColour ? styleText(format, text, { validateStream: false }) : text),
  };
}

/** A file or another program gets every character; a screen would take some of them for orders. */
const shown = (stream: Stream, line: string): string => (stream.isTTY === true ? printableLine(line) : line);
