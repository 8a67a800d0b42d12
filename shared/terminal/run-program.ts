// The outermost frame of both programs: parses, runs the command, turns whatever it throws into the printed form of the
// catalogue and the exit status that belongs to it.
import type { Command, CommanderError } from 'commander';
import { printError } from './print-error.ts';
import { streamTerminal } from './terminal.ts';

const USAGE_STATUS = 2;

/** Sets the exit status of the process; returns when the command is done. */
export async function runProgram(build: (finish: (status: number) => void) => Command): Promise<void> {
  const terminal = streamTerminal(process.stdout, process.stderr, process.env);
  // A reader that closes the pipe early (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    const program = build((status) => {
      process.exitCode = status;
    });
    overrideExits(program);
    await program.parseAsync(process.argv);
  } catch (error) {
    process.exitCode = isCommanderError(error)
      ? commanderStatus(error)
      : printError(terminal, error, { json: process.argv.includes('--json') });
  }
}

function overrideExits(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) overrideExits(child as Command);
}

const isCommanderError = (error: unknown): error is CommanderError =>
  error instanceof Error && error.constructor.name === 'CommanderError';

/** Help and version are answers; everything else that commander complains of is wrong usage. */
const commanderStatus = (error: CommanderError): number =>
  ['commander.helpDisplayed', 'commander.version'].includes(error.code) ? 0 : USAGE_STATUS;
