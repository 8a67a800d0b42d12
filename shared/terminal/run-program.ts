// The outermost frame of both programs: parses, runs the command, turns whatever it throws into the printed form of the
// catalogue and the exit status that belongs to it.
import type { Command, CommanderError } from 'commander';
import { TroopError } from '../errors/troop-error.ts';
import { printError } from './print-error.ts';
import { streamTerminal } from './terminal.ts';

const USAGE_STATUS = 2;

/** Adds the commands of a program; each calls `finish` with its exit status. */
export type BuildProgram = (finish: (status: number) => void) => Command;

/** Sets the exit status of the process; returns when the command is done. */
export async function runProgram(build: BuildProgram): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that closes the pipe early (`| head`) is no error.
    if (error.code === 'EPIPE') process.exit(0);
    process.exit(printUnwritten(error));
  });
  // There is nobody left to tell.
  process.stderr.on('error', () => {});
  process.exitCode = await runArguments(build, process.argv.slice(2));
}

/** Runs one command in this process and gives its exit status; errors are printed, never thrown. */
export async function runArguments(build: BuildProgram, words: readonly string[]): Promise<number> {
  let status = 0;
  const json = words.includes('--json');
  const terminal = streamTerminal(process.stdout, process.stderr, process.env);
  try {
    const program = build((finished) => {
      status = finished;
    });
    overrideExits(program, json);
    await program.parseAsync([...words], { from: 'user' });
    return status;
  } catch (error) {
    if (!isCommanderError(error)) return printError(terminal, error, { json });
    if (isAnswer(error)) return 0;
    // For people commander has written it already, with the form of the command.
    return json ? printError(terminal, misunderstood(error), { json }) : USAGE_STATUS;
  }
}

/** A full disk, for one: what was asked for did not arrive. */
function printUnwritten(error: Error): number {
  const unwritten = new TroopError('TROOP-1012', { path: 'standard output', reason: error.message });
  const terminal = streamTerminal(process.stderr, process.stderr, process.env);
  return printError(terminal, unwritten, { json: process.argv.includes('--json') });
}

function overrideExits(command: Command, json: boolean): void {
  command.exitOverride();
  if (json) command.configureOutput({ writeErr: () => {} });
  for (const child of command.commands) overrideExits(child as Command, json);
}

/** A script reads an error of usage like every other. */
function misunderstood({ message }: CommanderError): TroopError {
  return new TroopError('TROOP-1013', { reason: message.replace(/^error: /, '') });
}

const isCommanderError = (error: unknown): error is CommanderError =>
  error instanceof Error && error.constructor.name === 'CommanderError';

/** Help and version are answers; everything else that commander complains of is wrong usage. */
const isAnswer = ({ code }: CommanderError): boolean =>
  code === 'commander.helpDisplayed' || code === 'commander.version';
