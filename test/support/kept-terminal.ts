// A terminal that keeps what was said.
import { streamTerminal, type Terminal } from '../../shared/terminal/terminal.ts';

export interface KeptTerminal {
  readonly terminal: Terminal;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

export function keptTerminal(
  options: { isTTY?: boolean; columns?: number; environment?: Record<string, string> } = {},
): KeptTerminal {
  const { isTTY = false, columns, environment = {} } = options;
  const texts = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY,
    ...(columns === undefined ? {} : { columns }),
    write: (text: string): boolean => {
      texts[name] += text;
      return true;
    },
  });
  return {
    terminal: streamTerminal(stream('stdout'), stream('stderr'), environment),
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
  };
}
