// What the benches share: medians, and the one JSON line in which a figure is told, with its reference and its goal.
import { appendFileSync } from 'node:fs';
import { holds, type Goal } from './verdict.ts';

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

/** Rounds to three significant digits. */
export const rounded = (value: number): number => Number(value.toPrecision(3));

/** One thing that was measured. */
export interface Figure {
  /** The file that measured it: `jobs`. */
  readonly bench: string;
  /** What it is, in words that the table shows. */
  readonly figure: string;
  readonly ours: number;
  readonly unit: string;
  /** The same done without us, in the same run. */
  readonly reference?: { readonly name: string; readonly value: number };
  /** Ours by the reference's; where rounds took turns the median of theirs, which is not the ratio of the medians. */
  readonly ratio?: number;
  /** What it has to be; without one the figure is told for what it is. */
  readonly goal?: Goal;
  /** What it should come to beyond that. */
  readonly aim?: Goal;
}

/** A figure as it was told: with the verdicts. */
export interface FigureLine extends Omit<Figure, 'ratio'> {
  readonly ratio?: number | undefined;
  readonly holds?: boolean | undefined;
  readonly reachesAim?: boolean | undefined;
}

/** Names the file in which a run keeps its lines for the table at its end; set by `table-at-end.ts`. */
export const LINES_VARIABLE = 'TROOP_BENCH_LINES';

/** Prints one JSON line. */
export function tell(line: Readonly<Record<string, unknown>>): void {
  const text = `${JSON.stringify(line)}\n`;
  process.stdout.write(text);
  const file = process.env[LINES_VARIABLE];
  if (file !== undefined) appendFileSync(file, text);
}

/** Prints the figure with its verdicts; `context` says more about how it came to be. */
export function tellFigure(figure: Figure, context: Readonly<Record<string, unknown>> = {}): void {
  tell({ ...lineOf(figure), ...context });
}

export function lineOf(figure: Figure): FigureLine {
  const { bench, figure: name, ours, unit, reference, goal, aim } = figure;
  const ratio = figure.ratio ?? (reference === undefined ? undefined : ours / reference.value);
  const measured = { ours, ratio: ratio ?? null };
  return {
    bench,
    figure: name,
    ours: rounded(ours),
    unit,
    ...(reference === undefined ? {} : { reference: { ...reference, value: rounded(reference.value) } }),
    ...(ratio === undefined ? {} : { ratio: rounded(ratio) }),
    ...(goal === undefined ? {} : { goal, holds: holds(goal, measured) }),
    ...(aim === undefined ? {} : { aim, reachesAim: holds(aim, measured) }),
  };
}
