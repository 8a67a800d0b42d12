// A wish to stop reaches a process more than once: a terminal signals the whole group while npm hands its own signal on,
// and `timeout` signals both child and group. Signals that follow each other at once are one wish; only a later one
// means "now, please".
import type { Clock } from './clock.ts';

export const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/** Nobody presses ^C twice, having read what the first one did, within this time. */
const ONE_WISH_MS = 1000;

/** @returns what to call for every signal; `onWish` hears of each wish with its number, the first is 1 */
export function stopWishes(
  clock: Pick<Clock, 'monotonicMs'>,
  onWish: (signal: StopSignal, times: number) => void,
): (signal: StopSignal) => void {
  let times = 0;
  let lastMs = -Infinity;
  return (signal) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - lastMs < ONE_WISH_MS) return;
    lastMs = nowMs;
    times += 1;
    onWish(signal, times);
  };
}

/** Listens to this process's stop signals. */
export function onStopWish(clock: Clock, onWish: (signal: StopSignal, times: number) => void): void {
  const onSignal = stopWishes(clock, onWish);
  for (const signal of STOP_SIGNALS) process.on(signal, () => onSignal(signal));
}
