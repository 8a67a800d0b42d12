// Time that passes only when a test says so. Sleepers wake in the order of their time, and what they start is given the
// chance to run before the next one wakes, so that hours of a fleet pass in one deterministic moment.
import type { Clock } from '../../shared/runtime/clock.ts';

export interface FakeClock extends Clock {
  /** Lets `durationMs` pass on both clocks. */
  advance(durationMs: number): Promise<void>;
  /** Sets the wall clock forward or back, as an administrator or NTP does; the monotonic one knows nothing of it. */
  jumpWallClock(byMs: number): void;
  /** How many wait for time to pass. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly wakesAtMs: number;
  readonly wake: () => void;
}

const TURNS = 3;

/** Lets everything run that needs no time to pass; files and sockets may need more: wait for what they bring. */
export async function settle(turns = TURNS): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** `turns`: how often the event loop goes round after each step; 1 is enough where nothing but promises is waited for. */
export function createFakeClock(startMs = Date.UTC(2030, 0, 1), turns = TURNS): FakeClock {
  // A monotonic clock that does not start at 0, as real ones do not.
  let monotonicMs = 5_000_000;
  let offsetMs = startMs - monotonicMs;
  const sleepers = new Set<Sleeper>();

  const nextDue = (untilMs: number): Sleeper | null => {
    let first: Sleeper | null = null;
    for (const sleeper of sleepers) {
      if (sleeper.wakesAtMs <= untilMs && (first === null || sleeper.wakesAtMs < first.wakesAtMs)) {
        first = sleeper;
      }
    }
    return first;
  };

  return {
    nowMs: () => monotonicMs + offsetMs,
    monotonicMs: () => monotonicMs,
    sleep: (durationMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        const wake = (): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { wakesAtMs: monotonicMs + Math.max(0, durationMs), wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      }),
    advance: async (durationMs) => {
      const untilMs = monotonicMs + durationMs;
      await settle(turns);
      for (let due = nextDue(untilMs); due !== null; due = nextDue(untilMs)) {
        monotonicMs = Math.max(monotonicMs, due.wakesAtMs);
        due.wake();
        await settle(turns);
      }
      monotonicMs = untilMs;
    },
    jumpWallClock: (byMs) => {
      offsetMs += byMs;
    },
    get sleepers() {
      return sleepers.size;
    },
  };
}
