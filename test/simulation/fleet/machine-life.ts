// One life of a simulated process: from its death on it says, writes and hears nothing; while it is stopped everything
// that it waits for waits with it, and then goes on as if nothing had been. A suspended machine's monotonic clock stands
// still meanwhile, a stopped process's does not.
import type { AgentBroker, TakenOffer } from '../../../shared/broker/broker.ts';
import { createAnnouncement } from '../../../shared/runtime/announcement.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import type { SpoolFiles } from '../../../agent/work/spool-files.ts';

export type Pause = 'stopped' | 'suspended';

export interface MachineLife {
  readonly clock: Clock;
  readonly isDead: () => boolean;
  readonly isPaused: () => boolean;
  kill(): void;
  pause(how: Pause): void;
  resume(): void;
  /** An administrator or NTP sets its wall clock. */
  jumpWallClock(byMs: number): void;
  broker(inner: AgentBroker): AgentBroker;
  files(inner: SpoolFiles): SpoolFiles;
}

const never = (): Promise<never> => new Promise(() => {});

export function createLife(world: Clock): MachineLife {
  let isDead = false;
  let paused: { how: Pause; sinceMs: number } | null = null;
  let lostMs = 0;
  let wallOffsetMs = 0;
  const resumed = createAnnouncement();

  const pass = async (): Promise<void> => {
    while (paused !== null && !isDead) await resumed.next();
    if (isDead) await never();
  };
  const within = async <T>(work: () => Promise<T>): Promise<T> => {
    await pass();
    let result: T;
    try {
      result = await work();
    } catch (error) {
      await pass();
      throw error;
    }
    await pass();
    return result;
  };
  const monotonicMs = (): number => world.monotonicMs() - lostMs;

  const clock: Clock = {
    nowMs: () => world.nowMs() + wallOffsetMs,
    monotonicMs,
    sleep: async (durationMs, signal) => {
      const untilMs = monotonicMs() + durationMs;
      do {
        await world.sleep(Math.ceil(untilMs - monotonicMs()), signal);
        await pass();
      } while (signal?.aborted !== true && monotonicMs() < untilMs);
    },
  };

  const offerOf = (taken: TakenOffer): TakenOffer => ({
    body: taken.body,
    ack: () => within(() => taken.ack()),
    giveBack: (delayMs) => within(() => taken.giveBack(delayMs)),
  });

  return {
    clock,
    isDead: () => isDead,
    isPaused: () => paused !== null,
    kill: () => {
      isDead = true;
      resumed.announce();
    },
    pause: (how) => {
      paused ??= { how, sinceMs: world.monotonicMs() };
    },
    resume: () => {
      if (paused?.how === 'suspended') lostMs += world.monotonicMs() - paused.sinceMs;
      paused = null;
      resumed.announce();
    },
    jumpWallClock: (byMs) => {
      wallOffsetMs += byMs;
    },
    broker: (inner) => ({
      kind: inner.kind,
      takeOffer: (queue) =>
        within(async () => {
          const taken = await inner.takeOffer(queue);
          return taken === null ? null : offerOf(taken);
        }),
      publishDurable: (message) => within(() => inner.publishDurable(message)),
      request: (subject, body, timeoutMs) => within(() => inner.request(subject, body, timeoutMs)),
      notify: (subject, body) => within(() => inner.notify(subject, body)),
      onNotice: (subject, handler) =>
        within(() =>
          inner.onNotice(subject, (from, body) => {
            void pass().then(() => handler(from, body));
          }),
        ),
      onRequest: () => Promise.reject(new Error('no simulated machine answers requests')),
      health: () => inner.health(),
      close: () => inner.close(),
    }),
    files: (inner) => ({
      list: () => within(() => inner.list()),
      write: (name, bytes) => within(() => inner.write(name, bytes)),
      read: (name) => within(() => inner.read(name)),
      remove: (name) => within(() => inner.remove(name)),
    }),
  };
}
