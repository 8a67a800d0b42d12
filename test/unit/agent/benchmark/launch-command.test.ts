import { describe, expect, it } from 'vitest';
import {
  indicatorCommand,
  scriptCommand,
  threadSettings,
} from '../../../../agent/benchmark/launch-command.ts';
import {
  isInterleaved,
  missingPackage,
  prepareBenchmark,
  type PreparedIndicator,
  type PreparedScript,
} from '../../../../agent/benchmark/prepared-benchmark.ts';
import { builtInIndicators } from '../../../../agent/benchmark/program-paths.ts';
import { DEFAULT_LIMITS, type LaunchTools, type TrialStack } from '../../../../agent/benchmark/trial.ts';
import { systemClock } from '../../../../shared/runtime/clock.ts';
import type { Parameters } from '../../../../shared/measurement/benchmark.ts';

const stack: TrialStack = {
  stackId: 'sha256:one',
  environment: { prefix: '/envs/one', python: '/envs/one/bin/python' },
  packages: ['numpy'],
  variables: {},
};
const tools: LaunchTools = {
  sandbox: { kind: 'process-group', weaknesses: [], start: () => Promise.reject(new Error('not here')) },
  clock: systemClock,
  limits: { ...DEFAULT_LIMITS, launchMs: 9000, valueMs: 5000 },
  workspace: '/work',
  hiddenPaths: ['/secrets'],
  signal: new AbortController().signal,
};
const directory = '/work/launch-1';
const draw = { arm: 'candidate', paddingBytes: 5, hashSeed: 77 } as const;

const indicator = (parameters: Parameters = {}): PreparedIndicator => {
  const prepared = prepareBenchmark({ spec: { indicator: 'matmul', parameters } }, builtInIndicators);
  if (prepared.kind !== 'indicator') throw new Error('expected an indicator');
  return prepared;
};
const script = (name: string, parameters: Parameters = {}): PreparedScript => {
  const spec = { script: { sha256: 'a'.repeat(64), name }, parameters };
  const prepared = prepareBenchmark({ spec, scriptPath: `/scripts/${name}` }, builtInIndicators);
  if (prepared.kind !== 'script') throw new Error('expected a script');
  return prepared;
};

describe('the command of a launch', () => {
  it('has an environment made from nothing, the drawn padding and the drawn hash seed', () => {
    const command = indicatorCommand({ benchmark: indicator(), stack, draw, tools, directory });
    expect(command.environment).toMatchObject({
      TROOP_PADDING: 'xxxxx',
      PYTHONHASHSEED: '77',
      OMP_NUM_THREADS: '1',
      OPENBLAS_NUM_THREADS: '1',
      MKL_NUM_THREADS: '1',
      NUMEXPR_NUM_THREADS: '1',
      PATH: '/envs/one/bin:/usr/local/bin:/usr/bin:/bin',
    });
    expect(Object.keys(command.environment)).not.toContain('USER');
    expect(command).toMatchObject({ network: false, hiddenPaths: ['/secrets'], writablePaths: [directory] });
    expect(command.argv[0]).toBe('/envs/one/bin/python');
  });

  it('lets the campaign make the threads a factor', () => {
    expect(threadSettings(indicator({ threads: 4 }), stack)['OPENBLAS_NUM_THREADS']).toBe('4');
    const factored = { ...stack, variables: { OMP_NUM_THREADS: '2', MY_FLAG: 'on' } };
    const { environment } = indicatorCommand({
      benchmark: indicator(),
      stack: factored,
      draw,
      tools,
      directory,
    });
    expect(environment).toMatchObject({ OMP_NUM_THREADS: '2', MKL_NUM_THREADS: '1', MY_FLAG: 'on' });
  });

  it('of a script gives parameters as variables, and pins it from outside', () => {
    const benchmark = script('bench.py', { SIZE: 3, OMP_NUM_THREADS: 8 });
    const command = scriptCommand({ benchmark, stack, draw, tools, directory, cores: [1] });
    expect(command.environment).toMatchObject({ SIZE: '3', OMP_NUM_THREADS: '8', MKL_NUM_THREADS: '1' });
    expect(command.argv.slice(-2)).toEqual(['/envs/one/bin/python', '/scripts/bench.py']);
    expect(command.cpus).toEqual([1]);
    expect(command.limits.wallMs).toBe(5000);
    const executable = scriptCommand({
      benchmark: script('bench.sh'),
      stack,
      draw,
      tools,
      directory,
      cores: null,
    });
    expect(executable.argv.at(-1)).toBe('/scripts/bench.sh');
    expect(executable.cpus).toBeUndefined();
  });
});

describe('a prepared benchmark', () => {
  it('is interleaved unless it starts afresh, or has threads that would spin beside its partner', () => {
    const imports = { indicator: 'import', parameters: { modules: ['numpy'] } };
    expect(isInterleaved(indicator())).toBe(true);
    expect(isInterleaved(indicator({ threads: 2 }))).toBe(false);
    expect(isInterleaved(prepareBenchmark({ spec: imports }, builtInIndicators))).toBe(false);
    expect(isInterleaved(script('bench.py'))).toBe(false);
  });

  it('says which package a stack lacks, and blames the question', () => {
    expect(missingPackage(indicator(), stack)).toBeNull();
    expect(missingPackage(indicator(), { ...stack, packages: ['scipy'] })).toMatchObject({
      cause: 'user',
      code: 'TROOP-1514',
      facts: { package: 'numpy' },
    });
  });

  it('is refused when its script is not here', () => {
    const spec = { script: { sha256: 'a'.repeat(64), name: 'bench.py' }, parameters: {} };
    expect(() => prepareBenchmark({ spec }, builtInIndicators)).toThrow(/not on this machine/u);
  });
});
