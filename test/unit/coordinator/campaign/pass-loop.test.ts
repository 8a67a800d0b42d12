import { expect, test } from 'vitest';
import { startLoop } from '../../../../coordinator/campaign/pass-loop.ts';
import type { Clock } from '../../../../shared/runtime/clock.ts';
import { silentLogger } from '../../../../shared/runtime/logger.ts';

/** Sleeps until it is aborted or told to go on. */
function stillClock() {
  const slept: number[] = [];
  const waiting: (() => void)[] = [];
  const clock: Clock = {
    nowMs: () => 0,
    monotonicMs: () => 0,
    sleep: (durationMs, signal) =>
      new Promise((resolve) => {
        slept.push(durationMs);
        if (signal?.aborted) resolve();
        signal?.addEventListener('abort', () => resolve(), { once: true });
        waiting.shift()?.();
      }),
  };
  return { clock, slept, asleep: () => new Promise<void>((resolve) => waiting.push(resolve)) };
}

const start = (clock: Clock, pass: () => Promise<void>) =>
  startLoop({ name: 'test', clock, logger: silentLogger, intervalMs: 1000, random: () => 1, pass });

test('passes again when it is kicked, and stops when it is told to', async () => {
  const { clock, asleep } = stillClock();
  let passes = 0;
  const firstSleep = asleep();
  const loop = start(clock, async () => {
    passes += 1;
    return Promise.resolve();
  });
  await firstSleep;
  const secondSleep = asleep();
  loop.kick();
  await secondSleep;
  expect(passes).toBe(2);
  await loop.stop();
  expect(passes).toBe(2);
});

test('waits longer after a pass that failed', async () => {
  const { clock, slept, asleep } = stillClock();
  const sleeping = asleep();
  const loop = start(clock, async () => Promise.reject(new Error('away')));
  await sleeping;
  expect(slept).toEqual([2000]);
  await loop.stop();
});
