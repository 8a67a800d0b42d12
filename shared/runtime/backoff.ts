// Exponential delays with equal jitter, bounded (Brooker, "Exponential Backoff And Jitter", 2015).
import type { Clock } from './clock.ts';

export interface Backoff {
  readonly initialMs: number;
  readonly maximumMs: number;
}

/** The delay before attempt `attempt + 1` (attempt counts from 0), in milliseconds; `random` gives [0, 1). */
export function backoffDelayMs(backoff: Backoff, attempt: number, random: () => number): number {
  const ceiling = Math.min(backoff.maximumMs, backoff.initialMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}

export interface RetryOptions extends Backoff {
  readonly attempts: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly isRetryable: (error: unknown) => boolean;
  readonly signal?: AbortSignal;
  readonly onRetry?: (error: unknown, delayMs: number) => void;
}

/** Calls `work` until it succeeds, fails for good, runs out of attempts, or the signal aborts; rethrows the last error. */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      const isLast = attempt + 1 >= options.attempts;
      if (isLast || options.signal?.aborted || !options.isRetryable(error)) throw error;
      const delayMs = backoffDelayMs(options, attempt, options.random);
      options.onRetry?.(error, delayMs);
      await options.clock.sleep(delayMs, options.signal);
    }
  }
}
