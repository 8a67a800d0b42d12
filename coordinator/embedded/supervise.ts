// Keeps an embedded server running: one that dies is started again on what it has stored, later each time it fails.
import { backoffDelayMs } from '../../shared/runtime/backoff.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { ServerProcess } from './server-process.ts';

export interface Supervision {
  /** The process now; after a crash another one. */
  current(): ServerProcess;
  /** Ends the watch, not the server. */
  stop(): Promise<void>;
}

export interface SuperviseOptions {
  readonly name: string;
  readonly first: ServerProcess;
  readonly restart: (signal: AbortSignal) => Promise<ServerProcess>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Spreads the restarts; `Math.random` by default. */
  readonly random?: () => number;
}

const RESTART = { initialMs: 200, maximumMs: 10_000 };
/** One that ran for so long has recovered: its next failure counts as the first. */
const STEADY_AFTER_MS = 60_000;

export function supervise(options: SuperviseOptions): Supervision {
  const { name, clock, logger } = options;
  const stopping = new AbortController();
  let current = options.first;

  const bringBack = async (firstAttempt: number): Promise<number> => {
    for (let attempt = firstAttempt; !stopping.signal.aborted; attempt++) {
      await clock.sleep(backoffDelayMs(RESTART, attempt, options.random ?? Math.random), stopping.signal);
      if (stopping.signal.aborted) break;
      try {
        current = await options.restart(stopping.signal);
        logger.info({ server: name, pid: current.pid }, 'embedded server runs again');
        return attempt + 1;
      } catch (error) {
        if (stopping.signal.aborted) break;
        logger.error({ server: name, err: error }, 'embedded server does not start');
      }
    }
    return firstAttempt;
  };

  const watch = (async () => {
    let attempt = 0;
    while (!stopping.signal.aborted) {
      const sinceMs = clock.monotonicMs();
      await current.gone(stopping.signal);
      if (stopping.signal.aborted) return;
      logger.warn({ server: name, pid: current.pid }, 'embedded server ended by itself; starting it again');
      if (clock.monotonicMs() - sinceMs > STEADY_AFTER_MS) attempt = 0;
      attempt = await bringBack(attempt);
    }
  })();

  return {
    current: () => current,
    stop: async () => {
      stopping.abort();
      await watch;
    },
  };
}
