import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  measureTrial,
  type TrialListener,
  type TrialResult,
} from '../../../agent/benchmark/measure-trial.ts';
import { readAllowedCores } from '../../../agent/benchmark/allowed-cores.ts';
import type { Pace, TrialBenchmark, TrialStack } from '../../../agent/benchmark/trial.ts';
import { estimateRatio } from '../../../shared/measurement/estimate.ts';
import { summariseStack } from '../../../shared/measurement/summarise.ts';
import type { BlockRecord } from '../../../shared/measurement/block.ts';
import type { CalibrationRecord } from '../../../shared/measurement/benchmark.ts';
import { stackFactory, type StackFactory } from '../../support/benchmark/stacks.ts';

const PACE: Pace = { valueMs: 8, values: 4, warmups: 1, launches: 2 };
const payload: TrialBenchmark = { spec: { indicator: 'payload', parameters: {} } };
const hello: TrialBenchmark = { spec: { indicator: 'hello', parameters: {} } };

let factory: StackFactory;
beforeAll(async () => {
  factory = await stackFactory();
});
afterAll(() => factory.close());

interface Heard {
  readonly blocks: BlockRecord[];
  readonly calibrations: CalibrationRecord[];
  readonly expectedMs: number[];
}

async function measure(
  parts: {
    baseline: TrialStack | null;
    candidates: TrialStack[];
    benchmarks: TrialBenchmark[];
    blocks: number;
  },
  listen: Partial<TrialListener> = {},
): Promise<{ result: TrialResult; heard: Heard }> {
  const heard: Heard = { blocks: [], calibrations: [], expectedMs: [] };
  const cores = await readAllowedCores(factory.tools.readText);
  const result = await measureTrial({ ...parts, seed: 'test', pace: PACE, cores }, factory.tools, {
    onCalibrated: (record) => void heard.calibrations.push(record),
    beforeBlock: (expectedMs) => void heard.expectedMs.push(expectedMs),
    onBlock: (record) => void heard.blocks.push(record),
    ...listen,
  });
  return { result, heard };
}

describe('a trial of a stack against itself', () => {
  it('gives records of every value with where and when it was taken', async () => {
    const stack = await factory.stack('usual');
    const { result, heard } = await measure({
      baseline: stack,
      candidates: [stack],
      benchmarks: [hello],
      blocks: 4,
    });
    expect(result).toMatchObject({ failures: [], isAborted: false });
    expect(result.validBlocks).toBe(4);
    const [calibration] = heard.calibrations;
    expect(calibration).toMatchObject({ benchmark: 'hello', mode: 'interleaved', warmups: 1, values: 4 });
    expect(calibration?.loops).toBeGreaterThan(1);
    expect(heard.expectedMs.every((ms) => ms > 0)).toBe(true);
    for (const block of heard.blocks) {
      expect(JSON.parse(JSON.stringify(block))).toEqual(block);
      const [pair] = block.pairs;
      expect(pair?.launches.map((launch) => launch.arm).toSorted()).toEqual(['baseline', 'candidate']);
      for (const launch of pair?.launches ?? []) {
        expect(launch).toMatchObject({ end: 'exited', exitCode: 0, signal: null, answer: [832504] });
        expect(launch.sandbox.kind).toBe(factory.tools.sandbox.kind);
        expect(launch.threads['OMP_NUM_THREADS']).toBe('1');
        expect(launch.firstCallNs).toBeGreaterThan(0);
        expect(launch.warmups).toHaveLength(1);
        expect(launch.values).toHaveLength(4);
        expect(launch.values.every((value) => value.wallNs > 0 && value.loops === calibration?.loops)).toBe(
          true,
        );
        // The runner with its imports is some megabytes; the agent behind it, many more.
        expect(launch.peakMemoryBytes).toBeGreaterThan(4e6);
        expect(launch.peakMemoryBytes).toBeLessThan(40e6);
      }
      const orders = pair?.launches.flatMap(({ warmups, values }) => [...warmups, ...values]) ?? [];
      expect(orders.map((value) => value.order).toSorted((a, b) => a - b)).toEqual([...Array(10).keys()]);
      const cores = new Set(pair?.launches.map((launch) => JSON.stringify(launch.cores)));
      expect(cores.size).toBe(1);
    }
    const ratio = estimateRatio(heard.blocks, {
      benchmark: 'hello',
      candidateStackId: stack.stackId,
      metric: 'wall',
      confidence: 0.95,
    });
    expect(ratio).toMatchObject({ blocks: 4 });
  });
});

describe('a trial with a candidate that does twice the work', () => {
  it('finds it slower by about that much, whatever the loops', async () => {
    const [baseline, candidate] = [await factory.stack('usual'), await factory.stack('slow')];
    const { result, heard } = await measure({
      baseline,
      candidates: [candidate],
      benchmarks: [payload],
      blocks: 6,
    });
    expect(result.failures).toEqual([]);
    const ratioOf = (metric: string) => {
      const question = {
        benchmark: 'payload',
        candidateStackId: candidate.stackId,
        metric,
        confidence: 0.95,
      };
      const ratio = estimateRatio(heard.blocks, question);
      if ('insufficient' in ratio) throw new Error(ratio.insufficient);
      return ratio;
    };
    expect(ratioOf('wall').low).toBeGreaterThan(1.2);
    // On a crowded machine the longer value is pre-empted more often; the work that was done is told by the CPU time.
    expect(ratioOf('cpu').ratio).toBeGreaterThan(1.5);
    expect(ratioOf('cpu').ratio).toBeLessThan(2.7);
  });
});

describe('a trial without a baseline', () => {
  it('gives absolute values of its stacks', async () => {
    const stack = await factory.stack('usual');
    const { result, heard } = await measure({
      baseline: null,
      candidates: [stack],
      benchmarks: [payload],
      blocks: 2,
    });
    expect(result.failures).toEqual([]);
    expect(heard.blocks.flatMap((block) => block.pairs).every((pair) => pair.launches.length === 1)).toBe(
      true,
    );
    const question = { benchmark: 'payload', stackId: stack.stackId };
    expect(summariseStack(heard.blocks, { ...question, metric: 'wall' })).toMatchObject({ launches: 2 });
  });
});

describe('import times', () => {
  it('are taken launch by launch, in both orders, after one launch of each arm to warm up', async () => {
    const stack = await factory.stack('usual');
    const spec = { indicator: 'import', parameters: { modules: ['payload', 'email.message'] } };
    const { result, heard } = await measure({
      baseline: stack,
      candidates: [stack],
      benchmarks: [{ spec }],
      blocks: 2,
    });
    expect(result.failures).toEqual([]);
    const launchesOf = (block: number) => heard.blocks[block]?.pairs[0]?.launches ?? [];
    expect(heard.calibrations[0]).toMatchObject({ mode: 'sequential', loops: 1, values: 1, launches: 2 });
    expect(launchesOf(0).map((launch) => [launch.warmups.length, launch.values.length])).toEqual([
      [1, 0],
      [1, 0],
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(launchesOf(1)).toHaveLength(4);
    const arms = launchesOf(1).map((launch) => launch.arm);
    expect(arms.toReversed()).toEqual(arms);
    // A module that is already imported takes microseconds: each value must come from a fresh process.
    expect(launchesOf(1).every((launch) => (launch.values[0]?.wallNs ?? 0) > 200_000)).toBe(true);
  });
});

describe('several benchmarks and candidates', () => {
  it('rotate between the blocks, and one broken candidate does not disturb the others', async () => {
    const baseline = await factory.stack('usual');
    const [good, bad] = [await factory.stack('slow'), await factory.stack('wrong')];
    const { result, heard } = await measure({
      baseline,
      candidates: [good, bad],
      benchmarks: [payload, hello],
      blocks: 2,
    });
    expect(heard.blocks[0]?.pairs.map((pair) => pair.benchmark)).toEqual([
      'payload',
      'payload',
      'hello',
      'hello',
    ]);
    // `wrong` is broken for payload alone, and only in the first block that tried it.
    expect(heard.blocks[1]?.pairs.map((pair) => pair.benchmark)).toEqual(['hello', 'hello', 'payload']);
    expect(result.failures.map((failure) => [failure.benchmark, failure.stackId, failure.outcome])).toEqual([
      ['payload', bad.stackId, 'wrong_answer'],
    ]);
  });

  it('a baseline that breaks ends its benchmark and says that it was the baseline', async () => {
    const [baseline, candidate] = [await factory.stack('broken'), await factory.stack('usual')];
    const { result, heard } = await measure({
      baseline,
      candidates: [candidate],
      benchmarks: [payload, hello],
      blocks: 1,
    });
    expect(result.failures).toMatchObject([
      { arm: 'baseline', stackId: baseline.stackId, benchmark: 'payload', cause: 'stack', phase: 'import' },
    ]);
    expect(heard.blocks[0]?.pairs.map((pair) => pair.benchmark)).toEqual(['hello']);
  });
});

describe('an aborted trial', () => {
  it('ends at once, without half a block and without blaming a stack', async () => {
    const stack = await factory.stack('usual');
    const abort = new AbortController();
    const hangs = await factory.stack('hangs');
    const cores = await readAllowedCores(factory.tools.readText);
    const blocks: BlockRecord[] = [];
    const result = await measureTrial(
      {
        baseline: stack,
        candidates: [hangs],
        benchmarks: [payload],
        blocks: 3,
        seed: 'test',
        pace: PACE,
        cores,
      },
      { ...factory.tools, signal: abort.signal },
      {
        onCalibrated: () => {},
        // The candidate never ends its first call, so the abort arrives while it is measured.
        beforeBlock: () => void setImmediate(() => abort.abort()),
        onBlock: (record) => void blocks.push(record),
      },
    );
    expect(result).toMatchObject({ isAborted: true, failures: [] });
    expect(blocks).toEqual([]);
  });
});
