// Waiting for an event that nothing announces: looks again and again, and fails with the last thing seen.
import { systemClock } from '../../shared/runtime/clock.ts';

/** Calls `look` until it gives something other than null, undefined or false; an error counts as "not yet". */
export async function until<T>(
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  options: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
  const deadlineMs = systemClock.monotonicMs() + (options.withinMs ?? 20_000);
  let last: unknown = 'nothing';
  for (;;) {
    try {
      const seen = await look();
      if (seen !== null && seen !== undefined && seen !== false) return seen;
      last = seen;
    } catch (error) {
      last = error;
    }
    if (systemClock.monotonicMs() > deadlineMs) {
      throw new Error(`it did not happen in time; last seen: ${String(last)}`);
    }
    await systemClock.sleep(options.everyMs ?? 25);
  }
}
