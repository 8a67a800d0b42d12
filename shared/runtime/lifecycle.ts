// Things that were started are stopped in the reverse order, once, each within its deadline; one that fails to stop
// does not keep the others from stopping.
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

export interface Stoppable {
  readonly name: string;
  stop(): Promise<void>;
}

export interface Lifecycle {
  /** Registers what was just started. */
  started(part: Stoppable): void;
  /** Stops everything in reverse order; a second call waits for the first. */
  stop(): Promise<void>;
}

export function createLifecycle(options: {
  clock: Clock;
  logger: Logger;
  stopDeadlineMs: number;
}): Lifecycle {
  const parts: Stoppable[] = [];
  let stopping: Promise<void> | undefined;

  const stopOne = async (part: Stoppable): Promise<void> => {
    const giveUp = new AbortController();
    try {
      const outcome = await Promise.race([
        part.stop().then(() => 'stopped' as const),
        options.clock.sleep(options.stopDeadlineMs, giveUp.signal).then(() => 'late' as const),
      ]);
      if (outcome === 'late') {
        options.logger.warn({ part: part.name }, 'part did not stop within its deadline');
      }
    } catch (error) {
      options.logger.error({ part: part.name, err: error }, 'part failed to stop');
    } finally {
      giveUp.abort();
    }
  };

  const stopAll = async (): Promise<void> => {
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) await stopOne(part);
  };

  return {
    started: (part) => {
      parts.push(part);
    },
    stop: () => (stopping ??= stopAll()),
  };
}
