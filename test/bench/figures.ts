// What the benches share: medians, and the one JSON line in which a figure is told.

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

/** Rounds to three significant digits. */
export const rounded = (value: number): number => Number(value.toPrecision(3));

export function tell(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
