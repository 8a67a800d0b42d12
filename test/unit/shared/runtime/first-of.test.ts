import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { firstOf } from '../../../../shared/runtime/first-of.ts';

/** Ends with its signal, as every wait does. */
const untilTold =
  (told: string[], name: string) =>
  (until: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        told.push(name);
        resolve();
      };
      if (until.aborted) end();
      else until.addEventListener('abort', end, { once: true });
    });

describe('firstOf', () => {
  it('ends with the first wait, tells the others to end, and leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    const told: string[] = [];
    await firstOf(signal, () => sleep(1), untilTold(told, 'slow'));
    expect(told).toEqual(['slow']);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('ends when the signal aborts, before or while it waits', async () => {
    const told: string[] = [];
    await firstOf(AbortSignal.abort(), untilTold(told, 'late'));
    const stop = new AbortController();
    const waiting = firstOf(stop.signal, untilTold(told, 'a'), untilTold(told, 'b'));
    stop.abort();
    await waiting;
    expect(told).toEqual(['late', 'a', 'b']);
  });

  it('rejects as the first wait does, and cleans up all the same', async () => {
    const { signal } = new AbortController();
    const told: string[] = [];
    const failing = firstOf(signal, () => Promise.reject(new Error('broken')), untilTold(told, 'slow'));
    await expect(failing).rejects.toThrow('broken');
    expect(told).toEqual(['slow']);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
