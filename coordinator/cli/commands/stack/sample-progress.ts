// How far a long draw has come: on a terminal a line that moves, elsewhere one line every ten seconds.
import type { Clock } from '../../../../shared/runtime/clock.ts';
import { createProgressBlock } from '../../../../shared/terminal/progress-block.ts';
import type { Terminal } from '../../../../shared/terminal/terminal.ts';

export interface SampleProgress {
  show(given: number): void;
  finish(): void;
}

/** What is done by then needs no display. */
const QUIET_MS = 2000;
const LOG_EVERY_MS = 10_000;

export function sampleProgress(terminal: Terminal, clock: Clock, count: number): SampleProgress {
  const block = createProgressBlock(terminal, clock);
  const startedAtMs = clock.monotonicMs();
  let nextAtMs = startedAtMs + (terminal.isInteractive ? QUIET_MS : LOG_EVERY_MS);
  return {
    show: (given) => {
      const nowMs = clock.monotonicMs();
      if (nowMs < nextAtMs) return;
      if (!terminal.isInteractive) nextAtMs = nowMs + LOG_EVERY_MS;
      const rate = Math.round((given / (nowMs - startedAtMs)) * 1000);
      const line = `${given} of ${count} stacks, ${rate} a second`;
      block.show([line], line);
    },
    finish: () => block.finish({ erase: true }),
  };
}
