import { describe, expect, it } from 'vitest';
import { blockLogRatio, estimateRatio } from '../../../../shared/measurement/estimate.ts';
import { summariseStack } from '../../../../shared/measurement/summarise.ts';
import { blockOf, launchOf, pairOf, valueOf } from '../../../support/measurement/records.ts';

const question = { benchmark: 'hello', candidateStackId: 'sha256:cand', metric: 'wall', confidence: 0.95 };

const interleaved = (base: readonly number[], cand: readonly number[]) =>
  pairOf([launchOf('baseline', base), launchOf('candidate', cand)]);

describe('the log ratio of a block', () => {
  it('pairs the k-th values of both arms when they were taken in turn', () => {
    // The medians alone would say 1.5: only the pairs show that each candidate value is twice its neighbour.
    expect(blockLogRatio(interleaved([10, 40, 20], [20, 80, 40]), 'wall')).toBeCloseTo(Math.log(2), 12);
  });

  it('compares medians over launches when they were run one after the other', () => {
    const pair = pairOf(
      [
        launchOf('baseline', [10]),
        launchOf('candidate', [33]),
        launchOf('candidate', [30]),
        launchOf('baseline', [12]),
        launchOf('baseline', [11]),
        launchOf('candidate', [99]),
      ],
      { mode: 'sequential' },
    );
    expect(blockLogRatio(pair, 'wall')).toBeCloseTo(Math.log(33 / 11), 12);
  });

  it('is per call, so arms with different loops compare fairly', () => {
    const pair = pairOf([
      launchOf('baseline', [], { values: [valueOf(100, { loops: 10 })] }),
      launchOf('candidate', [], { values: [valueOf(100, { loops: 5 })] }),
    ]);
    expect(blockLogRatio(pair, 'wall')).toBeCloseTo(Math.log(2), 12);
  });

  it('knows the metrics of a launch and those that a script reports', () => {
    const pair = pairOf([
      launchOf('baseline', [], { peakMemoryBytes: 100, values: [valueOf(1, { metrics: { rate: 8 } })] }),
      launchOf('candidate', [], { peakMemoryBytes: 300, values: [valueOf(1, { metrics: { rate: 2 } })] }),
    ]);
    expect(blockLogRatio(pair, 'peak_memory')).toBeCloseTo(Math.log(3), 12);
    expect(blockLogRatio(pair, 'rate')).toBeCloseTo(Math.log(1 / 4), 12);
    expect(blockLogRatio(pair, 'unheard')).toBeNull();
  });
});

describe('the estimated ratio', () => {
  it('is the trimmed mean of the log ratios with the interval of Yuen', () => {
    const ratios = [2, 2.02, 1.98, 2.04, 1.96, 2, 2.01, 99];
    const blocks = ratios.map((ratio, index) =>
      blockOf(index, [interleaved([100, 100], [100 * ratio, 100 * ratio])]),
    );
    const estimate = estimateRatio(blocks, question);
    expect(estimate).toMatchObject({ blocks: 8, degreesOfFreedom: 5 });
    if ('insufficient' in estimate) throw new Error('expected an estimate');
    const central = [1.98, 2, 2, 2.01, 2.02, 2.04].map(Math.log);
    expect(estimate.ratio).toBeCloseTo(Math.exp(central.reduce((a, b) => a + b) / 6), 12);
    expect(estimate.low).toBeLessThan(2);
    expect(estimate.high).toBeGreaterThan(2);
    expect(estimate.low).toBeGreaterThan(1.9);
  });

  it('leaves out disturbed blocks, broken pairs, other benchmarks and other candidates', () => {
    const good = interleaved([100], [200]);
    const failure = {
      benchmark: 'hello',
      stackId: 'sha256:cand',
      arm: 'candidate',
      outcome: 'failed',
      cause: 'stack',
      phase: 'run',
      code: 'TROOP-1001',
      message: 'm',
      facts: {},
      stderrTail: '',
    } as const;
    const blocks = [
      ...[0, 1, 2, 3].map((index) => blockOf(index, [good])),
      blockOf(4, [interleaved([100], [900])], { valid: false, invalidReason: 'steal' }),
      blockOf(5, [{ ...interleaved([100], [900]), failure }]),
      blockOf(6, [{ ...interleaved([100], [900]), benchmark: 'fft' }]),
      blockOf(7, [{ ...interleaved([100], [900]), candidateStackId: 'sha256:other' }]),
    ];
    expect(estimateRatio(blocks, question)).toMatchObject({ blocks: 4, low: 2, high: 2 });
  });

  it('says what is lacking', () => {
    const three = [0, 1, 2].map((index) => blockOf(index, [interleaved([1], [1])]));
    expect(estimateRatio([], question)).toEqual({ insufficient: 'no_blocks', blocks: 0 });
    expect(estimateRatio(three, question)).toEqual({ insufficient: 'too_few_blocks', blocks: 3 });
    const zero = [0, 1, 2, 3].map((index) => blockOf(index, [interleaved([1], [0])]));
    expect(estimateRatio(zero, question)).toEqual({ insufficient: 'not_positive', blocks: 4 });
    const far = [1e200, 1e-200, 1e200, 1e-200].map((candidate, index) =>
      blockOf(index, [interleaved([1], [candidate])]),
    );
    expect(estimateRatio(far, question)).toEqual({ insufficient: 'not_finite', blocks: 4 });
  });
});

describe('the absolute summary', () => {
  it('is the median of the medians of the launches, per call, also without a baseline', () => {
    const alone = (walls: readonly number[]) => pairOf([launchOf('candidate', walls)]);
    const blocks = [
      blockOf(0, [alone([1, 2, 30])]),
      blockOf(1, [alone([4, 5, 6])]),
      blockOf(2, [alone([9])]),
    ];
    expect(summariseStack(blocks, { benchmark: 'hello', stackId: 'sha256:cand', metric: 'wall' })).toEqual({
      median: 5,
      launches: 3,
      lowest: 2,
      highest: 9,
    });
    expect(summariseStack(blocks, { benchmark: 'hello', stackId: 'sha256:none', metric: 'wall' })).toBeNull();
  });
});
