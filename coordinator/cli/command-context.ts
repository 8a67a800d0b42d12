// What every command that talks to a coordinator is given: a terminal, a connection, and the form of its answer.
import { streamTerminal, type Terminal } from '../../shared/terminal/terminal.ts';
import type { ApiClient } from './api-client.ts';
import { connect, type ConnectionFlags } from './discover.ts';

export interface CommonFlags extends ConnectionFlags {
  readonly json?: boolean;
}

export interface CommandContext {
  readonly terminal: Terminal;
  readonly api: ApiClient;
  readonly isJson: boolean;
  /** Prints `value` as JSON under `--json`, else what `lines` makes of it. */
  readonly answer: <Value>(value: Value, lines: (value: Value) => readonly string[]) => void;
}

export const processTerminal = (): Terminal => streamTerminal(process.stdout, process.stderr, process.env);

export async function openContext(flags: CommonFlags): Promise<CommandContext> {
  const terminal = processTerminal();
  const isJson = flags.json === true;
  return {
    terminal,
    api: await connect(flags, process.env),
    isJson,
    answer: (value, lines) => {
      if (isJson) terminal.out(JSON.stringify(value));
      else for (const line of lines(value)) terminal.out(line);
    },
  };
}
