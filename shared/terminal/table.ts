// Plain aligned columns: no borders, headings dimmed, numbers to the right.
import { stripVTControlCharacters } from 'node:util';
import type { Terminal } from './terminal.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

// The escape sequences of colours take no room on the screen.
const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/** The lines of a table; cells may hold colours. */
export function tableLines(
  terminal: Terminal,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string[] {
  const widths = columns.map((column, index) =>
    rows.reduce((widest, row) => Math.max(widest, widthOf(row[index] ?? '')), widthOf(column.title)),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, index) => {
        const cell = cells[index] ?? '';
        const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(cell)));
        return column.align === 'right' ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  return [terminal.style('dim', line(columns.map((column) => column.title))), ...rows.map(line)];
}
