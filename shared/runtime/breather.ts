// Long loops let others run: nothing that a program has to say in time waits for a sync or for a large environment (DESIGN.md, Compute).
import { setImmediate } from 'node:timers/promises';
import type { Clock } from './clock.ts';

export interface Breather {
  /** Resolves at once, or after everything else that waits when `everyMs` have gone by since the last time. */
  pause(): Promise<void> | undefined;
}

export function createBreather(clock: Pick<Clock, 'monotonicMs'>, everyMs = 10): Breather {
  let lastMs = clock.monotonicMs();
  return {
    pause: () => {
      if (clock.monotonicMs() - lastMs < everyMs) return undefined;
      return setImmediate().then(() => {
        lastMs = clock.monotonicMs();
      });
    },
  };
}
