import { expect, it } from 'vitest';
import { createWakeUp, wakeOrSleep } from '../../../../agent/work/agent-status.ts';
import { createFakeClock, settle } from '../../../support/fake-clock.ts';

const never = new AbortController().signal;

/** Whether the wait is over without anything else happening. */
async function isOver(wait: Promise<void>): Promise<boolean> {
  let over = false;
  void wait.then(() => (over = true));
  await settle();
  return over;
}

it('wakes who waits, and who begins to wait after the call, once', async () => {
  const wakeUp = createWakeUp();
  const waiting = wakeUp.wait(never);
  expect(await isOver(waiting)).toBe(false);
  wakeUp.wake();
  expect(await isOver(waiting)).toBe(true);
  wakeUp.wake();
  expect(await isOver(wakeUp.wait(never))).toBe(true);
  expect(await isOver(wakeUp.wait(never))).toBe(false);
});

it('keeps a wake-up that comes in the moment in which a wait is given up', async () => {
  const wakeUp = createWakeUp();
  const giveUp = new AbortController();
  const waiting = wakeUp.wait(giveUp.signal);
  giveUp.abort();
  wakeUp.wake();
  await waiting;
  expect(await isOver(wakeUp.wait(never))).toBe(true);
});

it('sleeps no longer than asked, and leaves nobody waiting behind', async () => {
  const clock = createFakeClock();
  const wakeUp = createWakeUp();
  const slept = wakeOrSleep(wakeUp, clock, 1000, never);
  await clock.advance(999);
  expect(await isOver(slept)).toBe(false);
  await clock.advance(1);
  expect(await isOver(slept)).toBe(true);
  const woken = wakeOrSleep(wakeUp, clock, 1000, never);
  wakeUp.wake();
  expect(await isOver(woken)).toBe(true);
  expect(clock.sleepers).toBe(0);
});
