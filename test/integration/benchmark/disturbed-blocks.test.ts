import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureTrial } from '../../../agent/benchmark/measure-trial.ts';
import type { ReadText } from '../../../agent/benchmark/telemetry.ts';
import type { BlockRecord } from '../../../shared/measurement/block.ts';
import { stackFactory, type StackFactory } from '../../support/benchmark/stacks.ts';

let factory: StackFactory;
beforeAll(async () => {
  factory = await stackFactory();
});
afterAll(() => factory.close());

/** A hypervisor cannot be made to steal on purpose: every second sample shows half of the time stolen, `times` times. */
function stealing(times: number): ReadText {
  let samples = 0;
  let ticks = 0;
  let steal = 0;
  return (path) => {
    if (path !== '/proc/stat') return Promise.resolve(null);
    ticks += 100;
    if (samples % 2 === 1 && samples < 2 * times) steal += 100;
    samples += 1;
    return Promise.resolve(`cpu ${ticks} 0 0 0 0 0 0 ${steal} 0 0\n`);
  };
}

async function measured(
  readText: ReadText,
): Promise<{ blocks: BlockRecord[]; repeated: number; noisy: number }> {
  const blocks: BlockRecord[] = [];
  const result = await measureTrial(
    {
      baseline: null,
      candidates: [await factory.stack('usual')],
      benchmarks: [{ spec: { indicator: 'hello', parameters: {} } }],
      blocks: 4,
      seed: 'test',
      pace: { valueMs: 1, values: 4, warmups: 1, launches: 1 },
      cores: [],
    },
    { ...factory.tools, readText },
    { onCalibrated: () => {}, beforeBlock: () => {}, onBlock: (record) => void blocks.push(record) },
  );
  return { blocks, repeated: result.repeatedBlocks, noisy: result.noisyBlocks };
}

describe('a disturbed block', () => {
  it('is kept as a record, does not count, and is repeated with other draws', async () => {
    const { blocks, repeated, noisy } = await measured(stealing(1));
    expect({ repeated, noisy }).toEqual({ repeated: 1, noisy: 0 });
    expect(blocks.map(({ block, attempt, valid }) => [block, attempt, valid])).toEqual([
      [0, 0, false],
      [0, 1, true],
      [1, 0, true],
      [2, 0, true],
      [3, 0, true],
    ]);
    expect(blocks[0]?.invalidReason).toContain('50 %');
    const seedOf = (block: BlockRecord | undefined) => block?.pairs[0]?.launches[0]?.hashSeed;
    expect(seedOf(blocks[1])).not.toBe(seedOf(blocks[0]));
  });

  it('counts and is labelled once three in ten were repeated', async () => {
    const { blocks, repeated, noisy } = await measured(stealing(100));
    expect({ repeated, noisy, records: blocks.length }).toEqual({ repeated: 1, noisy: 4, records: 5 });
    expect(blocks.filter((block) => block.valid).every((block) => block.invalidReason !== null)).toBe(true);
  });
});
