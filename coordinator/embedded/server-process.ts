// A server that we started, or that an earlier coordinator started and left behind when it was killed: both are known
// by pid and start time, watched and ended the same way. It has a session of its own, so that an interrupt typed at the
// terminal reaches the coordinator first, which then ends it gently.
import { spawn } from 'node:child_process';
import { open, rename, stat } from 'node:fs/promises';
import type { Clock } from '../../shared/runtime/clock.ts';
import {
  commandLineOf,
  identifyProcess,
  isStillRunning,
  type ProcessIdentity,
} from '../../shared/runtime/process-identity.ts';

export interface EndStep {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

export interface ServerProcess {
  readonly pid: number;
  isRunning(): Promise<boolean>;
  /** Resolves when it is gone, or when `signal` aborts. */
  gone(signal: AbortSignal): Promise<void>;
  /** Sends each signal in turn and waits its time; resolves when it is gone. */
  end(steps: readonly EndStep[]): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

export interface SpawnServerOptions {
  readonly path: string;
  readonly argv: readonly string[];
  /** All that it sees of the environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  /** Gets stdout and stderr. */
  readonly outputFile: string;
  readonly clock: Clock;
}

const LARGEST_OUTPUT_BYTES = 16 * 1024 * 1024;
const WATCH_EVERY_MS = 1_000;
const END_LOOK_EVERY_MS = 20;

/** Starts a server that outlives us. Rejects when it cannot be executed. */
export async function spawnServer(options: SpawnServerOptions): Promise<ServerProcess> {
  const size = await stat(options.outputFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LARGEST_OUTPUT_BYTES) await rename(options.outputFile, `${options.outputFile}.1`);
  const output = await open(options.outputFile, 'a', 0o600);
  try {
    const child = spawn(options.path, [...options.argv], {
      cwd: '/',
      env: { ...options.environment },
      stdio: ['ignore', output.fd, output.fd],
      detached: true,
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const identity = await identifyProcess(child.pid ?? 0);
    // One that ended within the blink between is told as gone by its start time.
    return serverProcess(identity ?? { pid: child.pid ?? 0, startedAt: 'ended' }, options.clock);
  } finally {
    await output.close();
  }
}

/** The server with this pid, if it runs and `mark`, such as the path of its configuration, is a word of its command line. */
export async function findServer(pid: number, mark: string, clock: Clock): Promise<ServerProcess | null> {
  const identity = await identifyProcess(pid);
  if (identity === null || !(await commandLineOf(pid)).includes(mark)) return null;
  return serverProcess(identity, clock);
}

function serverProcess(identity: ProcessIdentity, clock: Clock): ServerProcess {
  const isRunning = (): Promise<boolean> => isStillRunning(identity);
  const kill = (signal: NodeJS.Signals): void => {
    try {
      process.kill(identity.pid, signal);
    } catch {
      // It ended in between.
    }
  };
  const goneWithin = async (waitMs: number): Promise<boolean> => {
    const deadlineMs = clock.monotonicMs() + waitMs;
    while (await isRunning()) {
      if (clock.monotonicMs() >= deadlineMs) return false;
      await clock.sleep(END_LOOK_EVERY_MS);
    }
    return true;
  };
  return {
    pid: identity.pid,
    isRunning,
    kill,
    gone: async (signal) => {
      while (!signal.aborted && (await isRunning())) await clock.sleep(WATCH_EVERY_MS, signal);
    },
    end: async (steps) => {
      for (const { signal, waitMs } of steps) {
        if (!(await isRunning())) return;
        kill(signal);
        if (await goneWithin(waitMs)) return;
      }
    },
  };
}
