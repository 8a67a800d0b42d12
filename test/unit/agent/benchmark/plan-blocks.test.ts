import { describe, expect, it } from 'vitest';
import {
  armSequence,
  planBlock,
  type BlockRequest,
  type PairPlan,
} from '../../../../agent/benchmark/plan-blocks.ts';

const matmul = { key: 'matmul', mode: 'interleaved', threads: 1, launches: 1 } as const;
const imports = { key: 'import', mode: 'sequential', threads: 1, launches: 2 } as const;
const request: BlockRequest = {
  seed: 'seven',
  block: 0,
  attempt: 0,
  benchmarks: [matmul, imports],
  candidateStackIds: ['a', 'b', 'c'],
  hasBaseline: true,
  cores: [0, 1, 2, 3],
};
const manyBlocks = (more: Partial<BlockRequest> = {}): readonly PairPlan[] =>
  Array.from({ length: 200 }, (_, block) => planBlock({ ...request, ...more, block })).flat();
const share = (plans: readonly PairPlan[], isSo: (plan: PairPlan) => boolean): number =>
  plans.filter(isSo).length / plans.length;

describe('the schedule', () => {
  it('is a function of its seed, block and attempt', () => {
    expect(planBlock(request)).toEqual(planBlock(request));
    expect(planBlock({ ...request, seed: 'eight' })).not.toEqual(planBlock(request));
    expect(planBlock({ ...request, attempt: 1 })).not.toEqual(planBlock(request));
    expect(planBlock({ ...request, block: 2 })).not.toEqual(planBlock(request));
  });

  it('of a seed never changes, because records refer to it', () => {
    expect(planBlock({ ...request, benchmarks: [matmul], candidateStackIds: ['a'] })).toMatchInlineSnapshot(`
      [
        {
          "benchmark": "matmul",
          "candidateStackId": "a",
          "cores": [
            1,
          ],
          "launches": [
            {
              "arm": "baseline",
              "hashSeed": 1265181707,
              "paddingBytes": 3107,
            },
            {
              "arm": "candidate",
              "hashSeed": 4164771816,
              "paddingBytes": 337,
            },
          ],
          "mode": "interleaved",
          "phase": "BAAB",
        },
      ]
    `);
  });

  it('holds every pair once, whatever the block', () => {
    for (const block of [0, 1, 2, 7]) {
      const pairs = planBlock({ ...request, block }).map(
        (plan) => `${plan.benchmark} ${plan.candidateStackId}`,
      );
      expect(pairs.toSorted()).toEqual(
        ['import a', 'import b', 'import c', 'matmul a', 'matmul b', 'matmul c'].toSorted(),
      );
    }
  });

  it('rotates the benchmarks and shuffles the candidates', () => {
    expect(planBlock({ ...request, block: 0 })[0]?.benchmark).toBe('matmul');
    expect(planBlock({ ...request, block: 1 })[0]?.benchmark).toBe('import');
    const orders = new Set(
      Array.from({ length: 50 }, (_, block) =>
        planBlock({ ...request, block, benchmarks: [matmul] })
          .map((plan) => plan.candidateStackId)
          .join(''),
      ),
    );
    expect(orders.size).toBe(6);
  });

  it('draws the same for a pair when another one was dropped', () => {
    const drawsOf = (plans: readonly PairPlan[]) => plans.find((plan) => plan.candidateStackId === 'b');
    const whole = planBlock({ ...request, benchmarks: [matmul] });
    const reduced = planBlock({ ...request, benchmarks: [matmul], candidateStackIds: ['b'] });
    expect(drawsOf(reduced)).toEqual(drawsOf(whole));
  });

  it('favours no arm, no phase and no core', () => {
    const plans = manyBlocks({ benchmarks: [matmul] });
    expect(share(plans, (plan) => plan.launches[0]?.arm === 'baseline')).toBeCloseTo(0.5, 1);
    expect(share(plans, (plan) => plan.phase === 'ABBA')).toBeCloseTo(0.5, 1);
    for (const core of request.cores) {
      expect(share(plans, (plan) => plan.cores?.[0] === core)).toBeCloseTo(0.25, 1);
    }
    // Which arm is started first says nothing about which is measured first.
    const isBoth = (plan: PairPlan) => plan.launches[0]?.arm === 'baseline' && plan.phase === 'ABBA';
    expect(share(plans, isBoth)).toBeCloseTo(0.25, 1);
  });

  it('draws paddings and hash seeds within their bounds', () => {
    const launches = manyBlocks().flatMap((plan) => plan.launches);
    const paddings = launches.map((launch) => launch.paddingBytes);
    expect(Math.min(...paddings)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...paddings)).toBeLessThanOrEqual(4095);
    expect(new Set(paddings).size).toBeGreaterThan(1000);
    expect(launches.every((launch) => launch.hashSeed >= 0 && launch.hashSeed < 2 ** 32)).toBe(true);
  });

  it('takes as many cores as threads, all when there are fewer, none where pinning is impossible', () => {
    const coresOf = (threads: number, cores: readonly number[]) =>
      planBlock({ ...request, benchmarks: [{ ...matmul, threads }], cores })[0]?.cores;
    expect(coresOf(3, [4, 5, 6, 7])).toHaveLength(3);
    expect(coresOf(8, [4, 5])).toEqual([4, 5]);
    expect(coresOf(1, [])).toBeNull();
  });

  it('without a baseline has launches of the candidate alone', () => {
    const plans = planBlock({ ...request, hasBaseline: false, benchmarks: [imports] });
    expect(plans[0]?.launches.map((launch) => launch.arm)).toEqual(['candidate', 'candidate']);
  });
});

describe('the order of turns', () => {
  it('closes to equal mean positions of both arms', () => {
    expect(armSequence('ABBA', 4).map((arm) => arm[0])).toEqual(['b', 'c', 'c', 'b', 'b', 'c', 'c', 'b']);
    for (const phase of ['ABBA', 'BAAB'] as const) {
      const positions = (wanted: string) =>
        armSequence(phase, 6).flatMap((arm, index) => (arm === wanted ? [index] : []));
      const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
      expect(sum(positions('baseline'))).toBe(sum(positions('candidate')));
    }
  });
});
