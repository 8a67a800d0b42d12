// A block of lines that is redrawn in place on a terminal, at most five times a second; elsewhere one line a change.
import { stripVTControlCharacters } from 'node:util';
import type { Clock } from '../runtime/clock.ts';
import { printableLine } from './printable.ts';
import type { Terminal } from './terminal.ts';

export interface ProgressBlock {
  /** Shows these lines in place of the last ones. `summary` is what a log line says instead, when it changed. */
  show(lines: readonly string[], summary: string): void;
  /** Leaves the last lines standing, or takes them away. */
  finish(options?: { erase?: boolean }): void;
}

const REDRAW_MS = 200;

export function createProgressBlock(terminal: Terminal, clock: Clock): ProgressBlock {
  let drawn = 0;
  let drawnAtMs = -Infinity;
  let latest: readonly string[] = [];
  let lastSummary = '';

  const erase = (): string => (drawn === 0 ? '' : `\u001B[${drawn}F\u001B[J`);
  const draw = (): void => {
    const clipped = latest.map((line) => clip(printableLine(line), terminal.columns));
    terminal.raw(`${erase()}${clipped.map((line) => `${line}\n`).join('')}`);
    drawn = clipped.length;
    drawnAtMs = clock.monotonicMs();
  };

  return {
    show: (lines, summary) => {
      latest = lines;
      if (!terminal.isInteractive) {
        if (summary !== lastSummary) terminal.say(`${new Date(clock.nowMs()).toISOString()} ${summary}`);
        lastSummary = summary;
        return;
      }
      if (clock.monotonicMs() - drawnAtMs >= REDRAW_MS) draw();
    },
    finish: (options) => {
      if (!terminal.isInteractive) return;
      if (options?.erase === true) terminal.raw(erase());
      else if (latest.length > 0) draw();
      drawn = 0;
      latest = [];
    },
  };
}

/** Cut to the width of the screen, so that a long line does not wrap and break the redrawing; it loses its colours then. */
const clip = (line: string, columns: number): string => {
  const plain = stripVTControlCharacters(line);
  return plain.length <= columns ? line : `${plain.slice(0, columns - 1)}…`;
};

/** `██████░░░░` of `width` characters for a share of 0 to 1. */
export function bar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}
