// What the agent is doing, as its loops tell it to each other: one value, one writer a field, and a wake-up for whoever
// waits for work.
import { createAnnouncement } from '../../shared/runtime/announcement.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { firstOf } from '../../shared/runtime/first-of.ts';
import type { QueueName } from '../../shared/protocol/subjects.ts';

export interface CurrentJob {
  readonly jobId: string;
  readonly epoch: number;
}

export interface AgentStatus {
  /** What the coordinator lets this machine serve, in the order in which to ask. */
  queues: readonly QueueName[];
  /** The coordinator's wish; a shutdown is `shuttingDown`. */
  draining: boolean;
  shuttingDown: boolean;
  job: CurrentJob | null;
  /** Another agent of this machine measures: nothing is taken until it has ended. */
  waitsForHost: boolean;
  /** Set when the coordinator wants the fingerprint again. */
  wantsFingerprint: boolean;
}

export interface WakeUp {
  /** Somebody should look for work now. */
  wake(): void;
  /** Resolves at the next `wake` (or at once when one came since the last wait), or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>;
}

export const newStatus = (): AgentStatus => ({
  queues: [],
  draining: false,
  shuttingDown: false,
  job: null,
  waitsForHost: false,
  wantsFingerprint: true,
});

export function createWakeUp(): WakeUp {
  let isDue = false;
  const woken = createAnnouncement();
  return {
    wake: () => {
      isDue = true;
      woken.announce();
    },
    wait: async (signal) => {
      if (!isDue) await woken.next(signal);
      // Whoever gave up waiting takes no wake-up with it: one that comes in that moment is kept for the next wait.
      if (!signal.aborted) isDue = false;
    },
  };
}

/** Waits for a wake-up, but no longer than `durationMs`. */
export async function wakeOrSleep(
  wakeUp: WakeUp,
  clock: Clock,
  durationMs: number,
  signal: AbortSignal,
): Promise<void> {
  await firstOf(
    signal,
    (until) => wakeUp.wait(until),
    (until) => clock.sleep(durationMs, until),
  );
}
