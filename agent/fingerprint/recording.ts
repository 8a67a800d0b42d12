// A recorded machine: all that facts read of it. Files of one line stand together in `machine.json`, longer ones are
// files of their own under `files/`, so that people can read and edit them.
import type { Argv, CommandOutcome } from './machine-reader.ts';

export interface RecordedCommand {
  /** As `commandKey` writes it. */
  readonly command: string;
  readonly outcome: CommandOutcome;
}

export interface Recording {
  readonly platform: string;
  /** What machine it is and where the recording comes from. */
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Path → text without its last line break, for files of one line. */
  readonly values: Readonly<Record<string, string>>;
  /** Path → names in it. */
  readonly folders: Readonly<Record<string, readonly string[]>>;
  /** Path → where it leads; paths that lead to themselves are left out when they are known otherwise. */
  readonly links: Readonly<Record<string, string>>;
  /** Paths that are there and were only asked for that. */
  readonly present: readonly string[];
  readonly commands: readonly RecordedCommand[];
  /** Answers of `systeminformation`, on systems where it is asked. */
  readonly systemInformation: Readonly<Record<string, unknown>>;
}

/** One text for one call; the folder of our own scripts, which differs between installations, does not count. */
export const commandKey = (argv: Argv): string =>
  argv.map((argument) => argument.replace(/^.*\/(probe-interpreter\.py)$/, '$1')).join(' ');
