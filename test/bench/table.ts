// The figures of a run as a table for people: pure.
import type { FigureLine } from './figures.ts';
import { goalText } from './verdict.ts';

const HEADINGS = ['bench', 'figure', 'ours', 'reference', 'ratio', 'goal', 'holds', 'aim', 'reached'];

/** Lines that are no figures are left out; '' where there is none. */
export function tableOf(lines: readonly string[]): string {
  const rows = lines
    .map((line) => JSON.parse(line) as Partial<FigureLine>)
    .filter((line): line is FigureLine => line.figure !== undefined)
    .map(cellsOf);
  if (rows.length === 0) return '';
  const all = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lineFor = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [lineFor(HEADINGS), rule, ...rows.map(lineFor)].map((line) => `${line}\n`).join('');
}

function cellsOf({ bench, figure, ours, unit, reference, ratio, goal, aim, ...verdicts }: FigureLine) {
  return [
    bench,
    figure,
    `${ours} ${unit}`,
    reference === undefined ? '' : `${reference.value} (${reference.name})`,
    ratio === undefined ? '' : String(ratio),
    goal === undefined ? '' : goalText(goal),
    wordOf(verdicts.holds),
    aim === undefined ? '' : goalText(aim),
    wordOf(verdicts.reachesAim),
  ];
}

function wordOf(verdict: boolean | undefined): string {
  if (verdict === undefined) return '';
  return verdict ? 'yes' : 'NO';
}
