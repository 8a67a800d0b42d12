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

export interface AgentState {
  /** What the coordinator lets this machine serve, in the order in which to ask. */
  readonly queues: readonly QueueName[];
  /** The coordinator's wish; a shutdown is `shuttingDown`. */
  readonly draining: boolean;
  readonly shuttingDown: boolean;
  readonly job: CurrentJob | null;
  /** Another agent of this machine measures: nothing is taken until it has ended. */
  readonly waitsForHost: boolean;
  /** Set when the coordinator wants the fingerprint again. */
  readonly wantsFingerprint: boolean;
}

export interface AgentStatus extends AgentState {
  set(change: Partial<AgentState>): void;
  /** Woken whenever something is set, for the one who reports it. */
  readonly changed: WakeUp;
}

export interface WakeUp {
  /** Somebody should look for work now. */
  wake(): void;
  /** Resolves at the next `wake` (or at once when one came since the last wait), or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>;
}

const INITIAL: AgentState = {
  queues: [],
  draining: false,
  shuttingDown: false,
  job: null,
  waitsForHost: false,
  wantsFingerprint: true,
};

export function createStatus(initial: Partial<AgentState> = {}): AgentStatus {
  const changed = createWakeUp();
  const status = {
    ...INITIAL,
    ...initial,
    set: (change: Partial<AgentState>): void => {
      Object.assign(status, change);
      changed.wake();
    },
    changed,
  };
  return status;
}

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
