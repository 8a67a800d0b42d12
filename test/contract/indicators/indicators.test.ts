// What every indicator promises, tried with the real packages: it runs within the bounds of its parameters, its answer is
// the right one, and its program is one that old interpreters can read.
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureTrial } from '../../../agent/benchmark/measure-trial.ts';
import {
  builtInIndicators,
  RUNNER_PATH,
  SCRIPT_LAUNCHER_PATH,
} from '../../../agent/benchmark/program-paths.ts';
import type { Parameters } from '../../../shared/measurement/benchmark.ts';
import type { BlockRecord } from '../../../shared/measurement/block.ts';
import type { IndicatorDescriptor } from '../../../shared/measurement/indicators/indicator.ts';
import { indicators } from '../../../shared/measurement/indicators/registry.ts';
import { pythonOnPath, realPackages, type RealEnvironment } from '../../support/benchmark/real-packages.ts';
import { stackFactory, type StackFactory } from '../../support/benchmark/stacks.ts';

const run = promisify(execFile);
const INSTALLING_MS = 900_000;
const RUNNING_MS = 240_000;
const ALL_PACKAGES = [...new Set([...indicators.values()].flatMap((one) => one.packages))].toSorted();

let factory: StackFactory;
beforeAll(async () => {
  factory = await stackFactory();
});
afterAll(() => factory.close());

/** Parameters to try: the defaults, every choice, the smallest of everything. */
function parameterSets(descriptor: IndicatorDescriptor): readonly Parameters[] {
  const definitions = Object.entries(descriptor.parameters);
  const modules = descriptor.name === 'import' ? { modules: ['json', 'numpy'] } : {};
  const smallest = definitions.flatMap(([name, one]) =>
    one.kind === 'integer' ? [[name, one.minimum] as const] : [],
  );
  const choices = definitions.flatMap(([name, one]) =>
    one.kind === 'choice' ? one.choices.map((choice) => ({ [name]: choice })) : [],
  );
  return [modules, { ...modules, ...Object.fromEntries(smallest) }, ...choices];
}

async function measured(environment: RealEnvironment, name: string, parameters: Parameters) {
  const blocks: BlockRecord[] = [];
  const { failures } = await measureTrial(
    {
      baseline: null,
      candidates: [{ stackId: 'sha256:real', environment, packages: environment.packages, variables: {} }],
      benchmarks: [{ spec: { indicator: name, parameters } }],
      blocks: 1,
      seed: 'contract',
      pace: { valueMs: 1, values: 4, warmups: 1, launches: 1 },
      cores: [],
    },
    factory.tools,
    { onCalibrated: () => {}, beforeBlock: () => {}, onBlock: (record) => void blocks.push(record) },
  );
  return { failures, launches: blocks.flatMap((block) => block.pairs).flatMap((pair) => pair.launches) };
}

/** Every promise that is not kept with one of the parameter sets, in words; empty when all are. */
async function brokenPromises(
  environment: RealEnvironment,
  descriptor: IndicatorDescriptor,
): Promise<string[]> {
  const broken: string[] = [];
  for (const parameters of parameterSets(descriptor)) {
    const { failures, launches } = await measured(environment, descriptor.name, parameters);
    const launch = launches.at(-1);
    const needsBlas = descriptor.packages.includes('numpy');
    const promises: readonly (readonly [string, boolean])[] = [
      [failures.map((failure) => failure.message).join(), failures.length === 0],
      ['an answer', (launch?.answer?.length ?? 0) > 0],
      ['values', launch !== undefined && launch.values.every((value) => value.wallNs > 0)],
      ['the peak memory', (launch?.peakMemoryBytes ?? 0) > 4e6],
      ['the name of the BLAS', !needsBlas || /blas|mkl/u.test(launch?.libraries?.join() ?? '')],
    ];
    const notKept = promises.filter(([, isKept]) => !isKept).map(([promise]) => promise);
    broken.push(...notKept.map((promise) => `${JSON.stringify(parameters)}: ${promise}`));
  }
  return broken;
}

/** Prints the names of the functions of a file, read with the grammar of Python 3.6. */
const FUNCTIONS_OF = [
  'import ast, sys',
  'tree = ast.parse(open(sys.argv[1]).read(), feature_version=(3, 6))',
  'print(*sorted(node.name for node in tree.body if isinstance(node, ast.FunctionDef)))',
].join('\n');

describe('the programs around them', () => {
  it.each([RUNNER_PATH, SCRIPT_LAUNCHER_PATH])('can be read by Python 3.6', async (path) => {
    const { stdout } = await run('python3', ['-c', FUNCTIONS_OF, path]);
    expect(stdout.split(/\s+/u)).toContain('main');
  });
});

describe('the registry', () => {
  it('has a folder with a program for every indicator, and no folder without one', async () => {
    const folder = fileURLToPath(new URL('../../../agent/benchmark/indicators', import.meta.url));
    const entries = await readdir(folder, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(folders.toSorted()).toEqual([...indicators.keys()].toSorted());
  });

  it.each([...indicators.keys()])(
    '%s is Python that 3.6 can read, and tells the right answer',
    async (name) => {
      const { stdout } = await run('python3', ['-c', FUNCTIONS_OF, builtInIndicators.programPath(name)]);
      expect(stdout.split(/\s+/u)).toEqual(expect.arrayContaining(['prepare', 'run', 'answer', 'expected']));
    },
  );
});

describe('with the newest packages', () => {
  let environment: RealEnvironment;
  beforeAll(async () => {
    environment = await realPackages(ALL_PACKAGES);
  }, INSTALLING_MS);

  it.each([...indicators.values()])(
    '$name runs and computes what it should',
    async (descriptor) => {
      expect(await brokenPromises(environment, descriptor)).toEqual([]);
    },
    RUNNING_MS,
  );

  it('takes import times that tell a large package from a small one', async () => {
    const small = await measured(environment, 'import', { modules: ['json'] });
    const large = await measured(environment, 'import', { modules: ['numpy'] });
    const wallNs = (seen: typeof small): number => seen.launches.at(-1)?.values[0]?.wallNs ?? 0;
    expect(wallNs(large)).toBeGreaterThan(2 * wallNs(small));
  });
});

describe('with NumPy 1', async () => {
  // The last NumPy 1 has wheels for Python 3.9 to 3.12.
  const minor = Number((await pythonOnPath()).split('.')[1]);
  const reason = minor > 12 ? `Python 3.${minor} has no wheel of NumPy 1` : '';
  const onlyNumpy = [...indicators.values()].filter((one) => one.packages.join() === 'numpy');
  let environment: RealEnvironment;
  beforeAll(async () => {
    if (reason === '') environment = await realPackages(['numpy<2']);
  }, INSTALLING_MS);

  it.for(onlyNumpy)('$name runs and computes the same', async (descriptor, { skip }) => {
    if (reason !== '') skip(reason);
    expect(await brokenPromises(environment, descriptor)).toEqual([]);
  });
});
