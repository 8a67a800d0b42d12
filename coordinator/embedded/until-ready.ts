// Waits for a server that was just started: it answers, it ended and says why, it is late, or we were told to give up.
import type { Clock } from '../../shared/runtime/clock.ts';
import type { EndStep, ServerProcess } from './server-process.ts';

export interface UntilReadyOptions {
  readonly running: ServerProcess;
  readonly isReady: () => Promise<boolean>;
  readonly whyEnded: () => Promise<Error>;
  readonly late: (timeoutMs: number) => Error;
  readonly end: readonly EndStep[];
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

const LOOK_EVERY_MS = 25;

/** Resolves when the server is ready; otherwise leaves none behind and rejects. */
export async function untilReady(options: UntilReadyOptions): Promise<ServerProcess> {
  const { running, clock, signal, timeoutMs } = options;
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  while (!(await options.isReady())) {
    if (!(await running.isRunning())) throw await options.whyEnded();
    if (clock.monotonicMs() >= deadlineMs || signal?.aborted === true) {
      await running.end(options.end);
      signal?.throwIfAborted();
      throw options.late(timeoutMs);
    }
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
  return running;
}
