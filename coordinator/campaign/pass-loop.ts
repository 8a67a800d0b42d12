// A pass each interval, at once when something happened, later when passes fail: the feeder, the reaper, the reconciler.
import { backoffDelayMs } from '../../shared/runtime/backoff.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { Stoppable } from '../../shared/runtime/lifecycle.ts';

export interface LoopOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intervalMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** One pass; what it throws is logged, and the next pass comes later. */
  readonly pass: (signal: AbortSignal) => Promise<void>;
}

export interface Loop extends Stoppable {
  /** Runs the next pass at once; while one runs, another follows it. */
  kick(): void;
}

/** Runs `pass` again and again until it is stopped; stopping waits for the pass that runs. */
export function startLoop(options: LoopOptions): Loop {
  const over = new AbortController();
  let kicked = false;
  let nap = new AbortController();
  const run = async (): Promise<void> => {
    let failures = 0;
    while (!over.signal.aborted) {
      kicked = false;
      nap = new AbortController();
      failures = await passOnce(options, over.signal, failures);
      if (kicked || over.signal.aborted) continue;
      const delayMs = failures === 0 ? options.intervalMs : retryMs(options, failures);
      await options.clock.sleep(delayMs, nap.signal);
    }
  };
  const done = run();
  return {
    name: options.name,
    kick: () => {
      kicked = true;
      nap.abort();
    },
    stop: async () => {
      over.abort();
      nap.abort();
      await done;
    },
  };
}

async function passOnce(options: LoopOptions, signal: AbortSignal, failures: number): Promise<number> {
  try {
    await options.pass(signal);
    return 0;
  } catch (error) {
    options.logger.warn({ err: error, loop: options.name, failures: failures + 1 }, 'a pass failed');
    return failures + 1;
  }
}

const retryMs = ({ intervalMs, random }: LoopOptions, failures: number): number =>
  backoffDelayMs({ initialMs: intervalMs, maximumMs: 30_000 }, failures, random);
