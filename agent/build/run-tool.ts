// Runs one program of a build in the sandbox, with everything that it says in the log.
import { StringDecoder } from 'node:string_decoder';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Sandbox, SandboxCommand, SandboxEnd } from '../sandbox/sandbox.ts';
import type { BoundedLog } from './bounded-log.ts';

export interface ToolRun {
  readonly succeeded: boolean;
  readonly end: SandboxEnd;
  /** The end of what it said on both channels, at most 256 KiB. */
  readonly output: string;
}

export interface ToolCommand extends Omit<SandboxCommand, 'limits'> {
  readonly limits: Omit<SandboxCommand['limits'], 'wallMs'>;
  /** What is left of the time of the whole build. */
  readonly remainingMs: number;
  /** What the whole build may take; for the message alone. */
  readonly timeoutMs: number;
}

const OUTPUT_CHARACTERS = 256 * 1024;

/** Makes one channel of two, so that the log keeps their order; parameters are never evaluated as text. */
const MERGE = 'exec "$@" 2>&1';

/** TROOP-1412 when the time is over, TROOP-1413 when the memory is, TROOP-1417 when the signal aborts. */
export async function runTool(
  sandbox: Sandbox,
  command: ToolCommand,
  log: BoundedLog,
  signal: AbortSignal,
): Promise<ToolRun> {
  const { remainingMs, timeoutMs, ...rest } = command;
  if (signal.aborted) throw new TroopError('TROOP-1417');
  if (remainingMs <= 0) throw new TroopError('TROOP-1412', { timeoutMs });
  log.append(`$ ${command.argv.join(' ')}\n`);
  const running = await sandbox.start({
    ...rest,
    argv: ['/bin/sh', '-c', MERGE, 'sh', ...command.argv],
    limits: { ...command.limits, wallMs: remainingMs },
  });
  running.stdin.end();
  const kill = (): void => running.kill();
  signal.addEventListener('abort', kill, { once: true });
  // It may have come while the sandbox was set up.
  if (signal.aborted) kill();
  const decoder = new StringDecoder('utf8');
  let output = '';
  for await (const chunk of running.stdout) {
    log.append(chunk as Buffer);
    output = (output + decoder.write(chunk as Buffer)).slice(-OUTPUT_CHARACTERS);
  }
  const { end, exitCode, signal: endSignal } = await running.exited;
  signal.removeEventListener('abort', kill);
  log.append(
    `[${end}${exitCode === null ? '' : ` ${exitCode}`}${endSignal === null ? '' : ` ${endSignal}`}]\n`,
  );
  if (signal.aborted) throw new TroopError('TROOP-1417');
  if (end === 'timed_out') throw new TroopError('TROOP-1412', { timeoutMs });
  if (end === 'out_of_memory') throw new TroopError('TROOP-1413');
  return { succeeded: end === 'exited' && exitCode === 0, end, output };
}
