// How long the coordinator's event loop makes others wait while it hands out a stream of stacks, takes in and gives out knowledge
// and learns from an index. Processor time of its main thread between two ticks of a timer: that does not depend on who else uses
// the machine. How long the timer waited is told beside it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setup as buildPrograms } from '../support/build-programs.ts';
import { compileChild, type CompiledChild } from '../support/compile-child.ts';
import { startFleet, type Fleet } from '../support/e2e-fleet.ts';
import { makeWheel } from '../support/fake-index-files.ts';
import { startFakeIndex, type FakeIndex } from '../support/fake-index.ts';
import { argvOf, environmentOf } from '../support/programs.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts';
import { until } from '../support/until.ts';
import { rounded, tellFigure } from './figures.ts';

const STACKS = Number(process.env['TROOP_BENCH_STACKS'] ?? 1_000_000);
/** Releases of one project, as many as the largest have on PyPI; and projects with fifty. */
const LARGE_PROJECT = 3000;
const PROJECTS = 20;
const MOST_MS = 50;
const TIMEOUT_MS = 3_600_000;
const fixture = fileURLToPath(new URL('../fixtures/knowledge/tensorflow-cp311.jsonl.gz', import.meta.url));

interface Waits {
  readonly processorMs: number;
  readonly delayMs: number;
  readonly delayP99Ms: number;
}

let directory: TemporaryDirectory;
let probe: CompiledChild;
let fleet: Fleet;
let index: FakeIndex;
beforeAll(async () => {
  await buildPrograms();
  directory = await temporaryDirectory();
  probe = await compileChild(fileURLToPath(new URL('event-loop/probe.ts', import.meta.url)));
  index = await startFakeIndex();
  index.add('large', ...wheelsOf('large', LARGE_PROJECT));
  for (let each = 0; each < PROJECTS; each++) index.add(`small${each}`, ...wheelsOf(`small${each}`, 50));
  fleet = await startFleet({
    flags: ['--agents', '0'],
    environment: {
      NODE_OPTIONS: `--import ${probe.path}`,
      TROOP_BENCH_PROBE: join(directory.path, 'probe.json'),
    },
  });
  await waits();
}, 600_000);
afterAll(async () => {
  await fleet.stop();
  await index.close();
  await probe.remove();
  await directory.remove();
}, 120_000);

const wheelsOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, minor) => makeWheel({ name, version: `1.${minor}` }));

/** Since it was asked last. */
async function waits(): Promise<Waits> {
  const file = join(directory.path, 'probe.json');
  await rm(file, { force: true });
  process.kill(fleet.pid(), 'SIGUSR2');
  const text = await until(() => readFile(file, 'utf8').catch(() => null));
  return JSON.parse(text) as Waits;
}

/** Its results are read by nobody. */
async function run(...argv: readonly string[]): Promise<number | null> {
  const [file = '', ...rest] = argvOf('troop', [...argv, '--data', fleet.data]);
  const child = spawn(file, rest, { stdio: 'ignore', env: environmentOf() });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status;
}

const small = Array.from({ length: PROJECTS }, (_, each) => `small${each}`);
const syncOf = (...words: readonly string[]) => ['knowledge', 'sync', ...words, '--python', '3.11'];

it.each<readonly [string, () => readonly string[]]>([
  ['an import of 2861 releases', () => ['knowledge', 'import', fixture]],
  ['an export of them', () => ['knowledge', 'export', '/dev/null']],
  ['counting a space', () => ['stack', 'count', 'tensorflow']],
  [`a stream of ${STACKS} stacks`, () => ['stack', 'sample', 'tensorflow', '-n', String(STACKS)]],
  ['two thousand lock files', () => ['stack', 'sample', 'tensorflow', '-n', '2000', '--format', 'pylock']],
  [`a sync of ${PROJECTS} projects`, () => syncOf(...small, '--index', `fake=${index.url}`)],
  [
    `a sync of ${LARGE_PROJECT} releases`,
    () => syncOf('large', '--latest', '20', '--index', `fake=${index.url}`),
  ],
])(
  'nothing waits long for %s',
  async (what, argv) => {
    await waits();
    expect(await run(...argv())).toBe(0);
    const { processorMs, delayMs, delayP99Ms } = await waits();
    tellFigure(
      {
        bench: 'event-loop',
        figure: `longest turn in ${what}`,
        ours: processorMs,
        unit: 'ms',
        goal: { atMost: MOST_MS },
      },
      { delayMs: rounded(delayMs), delayP99Ms: rounded(delayP99Ms) },
    );
  },
  TIMEOUT_MS,
);
