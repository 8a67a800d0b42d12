import fc from 'fast-check';
import { describe, it, expect } from 'vitest';
import { estimateRatio, type RatioEstimate } from '../../../shared/measurement/estimate.ts';
import type { BlockRecord } from '../../../shared/measurement/block.ts';
import { blockOf, launchOf, pairOf } from '../../support/measurement/records.ts';

const question = { benchmark: 'hello', candidateStackId: 'sha256:cand', metric: 'wall', confidence: 0.95 };
type Walls = readonly { readonly base: readonly number[]; readonly cand: readonly number[] }[];

const wall = fc.double({ min: 1e3, max: 1e12, noNaN: true });
const walls = fc.array(
  fc.integer({ min: 1, max: 6 }).chain((count) =>
    fc.record({
      base: fc.array(wall, { minLength: count, maxLength: count }),
      cand: fc.array(wall, { minLength: count, maxLength: count }),
    }),
  ),
  { minLength: 4, maxLength: 24 },
);
const mode = fc.constantFrom('interleaved' as const, 'sequential' as const);

const blocksOf = (data: Walls, how: 'interleaved' | 'sequential'): BlockRecord[] =>
  data.map(({ base, cand }, index) =>
    blockOf(index, [pairOf([launchOf('baseline', base), launchOf('candidate', cand)], { mode: how })]),
  );

function estimated(blocks: readonly BlockRecord[]): RatioEstimate {
  const result = estimateRatio(blocks, question);
  if ('insufficient' in result) throw new Error(result.insufficient);
  return result;
}

const close = (seen: number, wanted: number): boolean => Math.abs(Math.log(seen / wanted)) < 1e-9;

describe('the ratio estimate', () => {
  it('turns upside down when the arms are swapped', () => {
    fc.assert(
      fc.property(walls, mode, (data, how) => {
        const straight = estimated(blocksOf(data, how));
        const swapped = estimated(
          blocksOf(
            data.map(({ base, cand }) => ({ base: cand, cand: base })),
            how,
          ),
        );
        expect(close(swapped.ratio, 1 / straight.ratio)).toBe(true);
        expect(close(swapped.low, 1 / straight.high)).toBe(true);
        expect(close(swapped.high, 1 / straight.low)).toBe(true);
      }),
    );
  });

  it('does not depend on the order of the blocks', () => {
    const shuffledWalls = walls.chain((data) =>
      fc.tuple(
        fc.constant(data),
        fc.shuffledSubarray(data, { minLength: data.length, maxLength: data.length }),
      ),
    );
    fc.assert(
      fc.property(shuffledWalls, mode, ([data, shuffled], how) => {
        expect(estimated(blocksOf(shuffled, how))).toEqual(estimated(blocksOf(data, how)));
      }),
    );
  });

  it('does not depend on the unit of time', () => {
    fc.assert(
      fc.property(walls, mode, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (data, how, factor) => {
        const scaled = data.map(({ base, cand }) => ({
          base: base.map((value) => value * factor),
          cand: cand.map((value) => value * factor),
        }));
        expect(close(estimated(blocksOf(scaled, how)).ratio, estimated(blocksOf(data, how)).ratio)).toBe(
          true,
        );
      }),
    );
  });

  it('always lies inside its interval, and a higher confidence never gives a narrower one', () => {
    fc.assert(
      fc.property(walls, mode, (data, how) => {
        const blocks = blocksOf(data, how);
        const usual = estimated(blocks);
        const surer = estimateRatio(blocks, { ...question, confidence: 0.99 });
        if ('insufficient' in surer) throw new Error(surer.insufficient);
        expect(usual.low).toBeLessThanOrEqual(usual.ratio);
        expect(usual.ratio).toBeLessThanOrEqual(usual.high);
        expect(surer.low).toBeLessThanOrEqual(usual.low);
        expect(surer.high).toBeGreaterThanOrEqual(usual.high);
      }),
    );
  });
});
