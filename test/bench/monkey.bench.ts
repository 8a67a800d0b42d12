// The figures of the Dependency Monkey: one JSON line for each space, then for the searches, the comparison of versions and
// the memory of a long stream. Each is measured five times, every time in a fresh process, so that neither memory nor warmth
// is handed on; a line holds the medians. `npm run bench -- monkey -t NAME` measures some of them.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileChild, type CompiledChild } from '../support/compile-child.ts';
import { tell, tellFigure, type Figure } from './figures.ts';
import { spaceCases } from './monkey/cases.ts';

type Line = Readonly<Record<string, unknown>>;

const REPEATS = Number(process.env['TROOP_BENCH_REPEATS'] ?? 5);
const root = fileURLToPath(new URL('../..', import.meta.url));
const hasSnapshots = process.env['TROOP_BENCH_SNAPSHOTS'] !== undefined;
const PROGRAMS = ['space', 'search', 'versions', 'stream'] as const;
const programs = new Map<string, CompiledChild>();

beforeAll(async () => {
  for (const name of PROGRAMS) {
    programs.set(
      name,
      await compileChild(fileURLToPath(new URL(`monkey/measure-${name}.ts`, import.meta.url))),
    );
  }
}, 300_000);
afterAll(async () => {
  for (const program of programs.values()) await program.remove();
});

async function measure(
  program: (typeof PROGRAMS)[number],
  options: { readonly arguments?: readonly string[]; readonly repeats?: number } = {},
): Promise<Line> {
  const { arguments: rest = [], repeats = REPEATS } = options;
  const lines: Line[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const path = programs.get(program)?.path ?? '';
    const { stdout } = await promisify(execFile)(process.execPath, [path, root, ...rest]);
    lines.push(JSON.parse(stdout) as Line);
  }
  const line = medians(lines);
  tell({ ...line, repeats });
  return line;
}

/** Of a line, by processor time where that was measured. */
function tellOf(
  line: Line,
  { key, ...figure }: Omit<Figure, 'bench' | 'ours'> & { readonly key: string },
): void {
  const own = (line['byProcessorTime'] ?? {}) as Line;
  const ours = Number(own[key] ?? line[key]);
  tellFigure({ ...figure, bench: 'monkey', ours });
}

/** What a space of forty packages, of which an exact diagram can be made, should give on one core. */
function tellSpeed(name: string, line: Line): void {
  const figures = [
    { key: 'uniformValuesPerSecond', unit: 'draws/s', goal: { atLeast: 50_000 } },
    { key: 'unrankedDistinctValuesPerSecond', unit: 'draws/s', goal: { atLeast: 20_000 } },
    { key: 'compileMs', unit: 'ms', goal: { atMost: 2_000 } },
    { key: 'peakAfterCompileMiB', unit: 'MiB', goal: { atMost: 200 } },
  ];
  for (const figure of figures) tellOf(line, { ...figure, figure: `${figure.key}, ${name}` });
}

/** Of every field that is a number in all lines its median, else what the last line says. */
function medians(lines: readonly Line[]): Line {
  const last = lines.at(-1) ?? {};
  return Object.fromEntries(
    Object.entries(last).map(([key, value]) => {
      const numbers = lines.map((line) => line[key]).filter((each) => typeof each === 'number');
      const middle = numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
      if (key === 'byProcessorTime') return [key, medians(lines.map((line) => line[key] as Line))];
      return [key, numbers.length === lines.length ? middle : value];
    }),
  );
}

describe('spaces', () => {
  // Vitest shortens what it puts into a title by `$name`, so that `-t` would not find it.
  it.each(spaceCases(root).map(({ name }, index) => [name, index] as const))('%s', async (name, index) => {
    const line = await measure('space', { arguments: [String(index)] });
    if (name.startsWith('tensorflow')) tellSpeed(name, line);
    expect(line['refusedByOracle'] ?? 0).toBe(0);
  });
});

describe('beside the spaces', () => {
  it.runIf(hasSnapshots)('searches', async () => {
    expect(await measure('search')).toMatchObject({ isContradiction: true });
  });

  it('versions', async () => {
    const line = await measure('versions');
    const peer = '@renovatebot/pep440';
    tellOf(line, {
      key: 'parsedComparisonRatio',
      figure: `comparisons of versions, parsed once, by those of ${peer}`,
      unit: 'times as many',
      goal: { atLeast: 1 },
    });
    tellOf(line, {
      key: 'matchRatio',
      figure: `versions held against a specifier, from texts, by those of ${peer}`,
      unit: 'times as many',
      goal: { atLeast: 1 },
    });
    expect(line).toHaveProperty('comparisonRatio');
  });

  it('stream', async () => {
    const line = await measure('stream', { repeats: 1 });
    const memory = line['rssMiBAfterStacks'] as Readonly<Record<string, number>>;
    tellFigure({
      bench: 'monkey',
      figure: 'memory after a stream of a million stacks',
      ours: memory['1000000'] ?? NaN,
      unit: 'MiB',
      reference: { name: 'after ten thousand', value: memory['10000'] ?? NaN },
      goal: { ratioAtMost: 1.1 },
    });
    expect(line).toHaveProperty('rssMiBAfterStacks');
  });
});
