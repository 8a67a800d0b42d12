// The sandbox as a port: code under inspection runs only through it. Whatever the way of isolation, nothing that the
// process started survives `kill`, and every limit ends the process with the reason told.
import type { Readable, Writable } from 'node:stream';

export interface SandboxLimits {
  readonly wallMs: number;
  readonly memoryBytes: number;
  /** Of stdout and stderr together; the process is ended beyond it. */
  readonly outputBytes: number;
  readonly processes: number;
  /** Of any one file; 16 GiB when absent. */
  readonly fileBytes?: number;
}

export interface SandboxCommand {
  /** Program (an absolute path) and arguments, never a shell string. */
  readonly argv: readonly [string, ...string[]];
  readonly workingDirectory: string;
  /** The whole environment: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** The system is read-only; these alone may be written. `/tmp` is private. */
  readonly writablePaths: readonly string[];
  /** Paths hidden from the process although the system is readable: the agent's own state and credentials. */
  readonly hiddenPaths: readonly string[];
  /** Shown again, read-only, although they lie below `/tmp` or a hidden path; the working directory always is. */
  readonly readablePaths?: readonly string[];
  readonly network: boolean;
  readonly limits: SandboxLimits;
  /** Logical CPUs that the process may run on; all when absent. */
  readonly cpus?: readonly number[];
}

/** Why a sandboxed process ended; a closed list. */
export type SandboxEnd =
  'exited' | 'signalled' | 'timed_out' | 'out_of_memory' | 'output_limit' | 'process_limit' | 'killed';

export interface SandboxExit {
  readonly end: SandboxEnd;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last bytes of stderr, at most 16 KiB. */
  readonly stderrTail: string;
  readonly durationMs: number;
}

export interface SandboxedProcess {
  readonly pid: number;
  readonly stdin: Writable;
  /** Raw stdout; the caller must read it to the end. */
  readonly stdout: Readable;
  /** Settles once nothing of the process is left; never rejects. */
  readonly exited: Promise<SandboxExit>;
  /** Ends the process and everything that it started, at once. */
  kill(): void;
}

export interface Sandbox {
  /** What isolates: recorded with every result. */
  readonly kind: 'bubblewrap' | 'unshare' | 'process-group';
  /** What this kind does not give on this machine, such as `network`; recorded too. */
  readonly weaknesses: readonly string[];
  start(command: SandboxCommand): Promise<SandboxedProcess>;
}
