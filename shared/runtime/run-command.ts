// One way to run a short command: argv and never a shell, bounded in time and output, never rejecting.
import { execFile } from 'node:child_process';

export interface CommandAnswer {
  /** Null when it was killed, ran out of time, or could not be started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it could not be started (`ENOENT`, `EACCES`, …) or `timeout`; null when it ran to its end. */
  readonly failure: string | null;
}

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly uid?: number;
  readonly gid?: number;
  readonly signal?: AbortSignal;
}

const MAXIMUM_OUTPUT_BYTES = 4 * 1024 * 1024;

/** Runs `file` with `argv` to its end. */
export function runCommand(
  file: string,
  argv: readonly string[],
  options: CommandOptions,
): Promise<CommandAnswer> {
  return new Promise((resolve) => {
    execFile(
      file,
      [...argv],
      {
        timeout: options.timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: MAXIMUM_OUTPUT_BYTES,
        encoding: 'utf8',
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.environment === undefined ? {} : { env: { ...options.environment } }),
        ...(options.uid === undefined ? {} : { uid: options.uid }),
        ...(options.gid === undefined ? {} : { gid: options.gid }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
      (error, stdout, stderr) => {
        resolve({ exitCode: exitCodeOf(error), stdout, stderr, failure: failureOf(error) });
      },
    );
  });
}

type ExecError = Error & { code?: number | string | null; killed?: boolean };

const exitCodeOf = (error: ExecError | null): number | null => {
  if (error === null) return 0;
  return typeof error.code === 'number' ? error.code : null;
};

const failureOf = (error: ExecError | null): string | null => {
  if (error === null || typeof error.code === 'number') return null;
  if (typeof error.code === 'string') return error.code;
  return error.killed === true ? 'timeout' : 'killed';
};
