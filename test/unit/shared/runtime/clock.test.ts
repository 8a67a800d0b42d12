import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { systemClock } from '../../../../shared/runtime/clock.ts';

it('sleeps at least as long as asked', async () => {
  const startMs = systemClock.monotonicMs();
  await systemClock.sleep(20);
  // Timers of Node may fire up to a millisecond early.
  expect(systemClock.monotonicMs() - startMs).toBeGreaterThanOrEqual(19);
});

it('wakes at once when it is told to, before and during the sleep, and leaves no listener behind', async () => {
  const stop = new AbortController();
  const sleeping = systemClock.sleep(3_600_000, stop.signal);
  stop.abort();
  await sleeping;
  await systemClock.sleep(3_600_000, stop.signal);
  const other = new AbortController();
  await systemClock.sleep(1, other.signal);
  expect(getEventListeners(other.signal, 'abort')).toEqual([]);
});
