import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureTrial } from '../../../agent/benchmark/measure-trial.ts';
import { DEFAULT_PACE, type TrialStack } from '../../../agent/benchmark/trial.ts';
import type { TrialFailure } from '../../../shared/measurement/benchmark.ts';
import type { BlockRecord } from '../../../shared/measurement/block.ts';
import { stackFactory, type PayloadName, type StackFactory } from '../../support/benchmark/stacks.ts';

let factory: StackFactory;
let usual: TrialStack;
beforeAll(async () => {
  factory = await stackFactory({ limits: { valueMs: 3000, memoryBytes: 300e6 } });
  usual = await factory.stack('usual');
});
afterAll(() => factory.close());

async function measured(
  candidate: TrialStack,
  indicator = 'payload',
  parameters = {},
): Promise<{ failures: readonly TrialFailure[]; blocks: BlockRecord[] }> {
  const blocks: BlockRecord[] = [];
  const { failures } = await measureTrial(
    {
      baseline: usual,
      candidates: [candidate],
      benchmarks: [{ spec: { indicator, parameters } }],
      blocks: 1,
      seed: 'test',
      pace: { ...DEFAULT_PACE, valueMs: 4, values: 4 },
      cores: [],
    },
    factory.tools,
    { onCalibrated: () => {}, beforeBlock: () => {}, onBlock: (record) => void blocks.push(record) },
  );
  return { failures, blocks };
}

const expectations: readonly [PayloadName, Partial<TrialFailure>][] = [
  ['broken', { outcome: 'failed', phase: 'import', code: 'TROOP-1503' }],
  ['incompatible', { outcome: 'failed', phase: 'import', code: 'TROOP-1503' }],
  ['segfault', { outcome: 'failed', phase: 'run', code: 'TROOP-1505', facts: { signal: 'SIGSEGV' } }],
  ['illegal', { outcome: 'unsupported_hardware', phase: 'run', code: 'TROOP-1504' }],
  ['exits', { outcome: 'failed', phase: 'run', code: 'TROOP-1510', facts: { exitCode: 3 } }],
  ['raises', { outcome: 'failed', phase: 'run', code: 'TROOP-1511' }],
  ['noisy', { outcome: 'failed', phase: 'run', code: 'TROOP-1512' }],
  ['hangs', { outcome: 'timed_out', phase: 'run', code: 'TROOP-1506' }],
  ['greedy', { outcome: 'out_of_memory', phase: 'run', code: 'TROOP-1507' }],
  ['wrong', { outcome: 'wrong_answer', phase: 'run', code: 'TROOP-1513' }],
];

describe('a candidate that breaks', () => {
  it.each(expectations)('%s is told as what it is, and as its own doing', async (payload, expected) => {
    const candidate = await factory.stack(payload);
    const { failures, blocks } = await measured(candidate);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({
      ...expected,
      arm: 'candidate',
      stackId: candidate.stackId,
      cause: 'stack',
      benchmark: 'payload',
    });
    expect(blocks[0]?.pairs[0]?.failure).toEqual(failures[0]);
  });

  it('keeps the traceback as evidence', async () => {
    const { failures } = await measured(await factory.stack('raises'));
    expect(failures[0]?.stderrTail).toContain('ValueError: no such thing');
    expect(failures[0]?.message).toBe('the benchmark raised ValueError: no such thing');
  });

  it('is not blamed for a benchmark that does not fit it', async () => {
    const candidate = await factory.stack('usual', { packages: ['other'] });
    const { failures, blocks } = await measured(candidate);
    expect(failures).toMatchObject([{ cause: 'user', code: 'TROOP-1514', facts: { package: 'payload' } }]);
    expect(blocks).toEqual([]);
  });

  it('is not blamed for a module that somebody asked for and nothing provides', async () => {
    const { failures } = await measured(usual, 'import', { modules: ['no_such_module'] });
    expect(failures).toMatchObject([{ cause: 'user', code: 'TROOP-1514', phase: 'import', arm: 'baseline' }]);
  });
});

describe('a candidate that prints', () => {
  it('does not disturb the protocol, and its words are kept', async () => {
    const { failures, blocks } = await measured(await factory.stack('chatty'));
    expect(failures).toEqual([]);
    const launch = blocks[0]?.pairs[0]?.launches.find((one) => one.arm === 'candidate');
    expect(launch?.stderrTail).toContain('to stdout');
    expect(launch?.stderrTail).toContain('to descriptor 1');
  });
});

describe('a machine that cannot start processes', () => {
  it('is the fleet at fault, and the same job may be tried elsewhere', async () => {
    const candidate = { ...usual, environment: { ...usual.environment, python: '/nonexistent/python' } };
    const { failures } = await measured({ ...candidate, stackId: 'sha256:gone' });
    expect(failures).toMatchObject([{ arm: 'candidate', cause: 'fleet', code: 'TROOP-1501' }]);
  });
});
