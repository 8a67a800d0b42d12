// Intervals keep their promise: in at least 95 of 100 samples the truth is inside, simulated with fixed seeds.
import { describe, expect, it } from 'vitest';
import {
  clopperPearson,
  fastestShare,
  ofFinitePopulation,
  ofWeightedDraws,
} from '../../../../coordinator/analysis/proportion.ts';
import { seededRandom, type Random } from '../../../../shared/runtime/random.ts';

/** The share of so many runs in which something is so. */
function frequency(runs: number, isSo: (run: number) => boolean): number {
  return Array.from({ length: runs }, (_, run) => isSo(run)).filter(Boolean).length / runs;
}

describe('very many draws', () => {
  it('are weighed like few', () => {
    const draws = Array.from({ length: 300_000 }, (_, index) => ({ logWeight: 2, has: index % 4 === 0 }));
    expect(ofWeightedDraws(draws)).toMatchObject({ share: 0.25 });
  });
});

describe('an interval of independent draws', () => {
  it('is that of Clopper and Pearson', () => {
    expect(clopperPearson(3, 20).low).toBeCloseTo(0.032071, 5);
    expect(clopperPearson(3, 20).high).toBeCloseTo(0.378927, 5);
    expect(clopperPearson(0, 20)).toMatchObject({ share: 0, low: 0 });
    expect(clopperPearson(0, 20).high).toBeCloseTo(1 - 0.025 ** (1 / 20), 9);
    expect(clopperPearson(20, 20)).toMatchObject({ share: 1, high: 1 });
  });

  it.each([0.01, 0.05, 0.3, 0.5])('has the truth inside when it is %f', (truth) => {
    const covered = frequency(2_000, (run) => {
      const random = seededRandom(`clopper/${truth}/${run}`);
      const hits = Array.from({ length: 60 }, () => random.nextFloat() < truth).filter(Boolean).length;
      const { low, high } = clopperPearson(hits, 60);
      return low <= truth && truth <= high;
    });
    expect(covered).toBeGreaterThanOrEqual(0.945);
  });
});

describe('an interval of a finite population', () => {
  it.each([1, 5, 20, 50])('has the truth inside when %i of 60 are broken', (broken) => {
    const population = Array.from({ length: 60 }, (_, index) => index < broken);
    const covered = frequency(2_000, (run) => {
      const drawn = seededRandom(`finite/${broken}/${run}`).shuffled(population).slice(0, 20);
      const { low, high } = ofFinitePopulation(drawn.filter(Boolean).length, 20, 60);
      return low * 60 <= broken + 1e-9 && broken <= high * 60 + 1e-9;
    });
    expect(covered).toBeGreaterThanOrEqual(0.945);
  });

  it('is narrower than without an end, and a point when all were looked at', () => {
    const finite = ofFinitePopulation(3, 20, 40);
    const endless = clopperPearson(3, 20);
    expect(finite.high - finite.low).toBeLessThan(endless.high - endless.low);
    const whole = ofFinitePopulation(3, 20, 20);
    expect([whole.low, whole.high]).toEqual([0.15, 0.15]);
  });
});

describe('an interval of draws with unequal probabilities', () => {
  // Broken things are drawn less often than others, as old versions are by a strategy that prefers recent ones.
  const things = Array.from({ length: 400 }, (_, index) => ({
    weight: 1 + (index % 5),
    has: index % 5 === 0 ? index % 2 === 0 : index % 20 === 1,
  }));
  const sum = things.reduce((total, { weight }) => total + weight, 0);
  const truth = things.filter(({ has }) => has).length / things.length;
  const drawOne = (random: Random): { logWeight: number; has: boolean } => {
    let rest = random.nextFloat() * sum;
    const thing = things.find(({ weight }) => (rest -= weight) < 0);
    return { logWeight: 0 - Math.log((thing?.weight ?? 1) / sum), has: thing?.has ?? false };
  };
  const sample = (run: number): { logWeight: number; has: boolean }[] => {
    const random = seededRandom(`weighted/${run}`);
    return Array.from({ length: 80 }, () => drawOne(random));
  };
  const isInside = ({ low, high }: { low: number; high: number }): boolean => low <= truth && truth <= high;

  it('has the truth inside, where counting the draws as equal has not', () => {
    expect(frequency(1_000, (run) => isInside(ofWeightedDraws(sample(run))))).toBeGreaterThanOrEqual(0.94);
    const counted = frequency(1_000, (run) =>
      isInside(clopperPearson(sample(run).filter(({ has }) => has).length, 80)),
    );
    expect(counted).toBeLessThan(0.7);
  });

  it('is that of one equal draw less when they are equal, since the spread is estimated too', () => {
    const draws = Array.from({ length: 20 }, (_, index) => ({ logWeight: 3, has: index < 3 }));
    const { share, low, high, effectiveSize } = ofWeightedDraws(draws);
    expect(effectiveSize).toBeCloseTo(19);
    expect(share).toBeCloseTo(0.15);
    expect(low).toBeCloseTo(clopperPearson(0.15 * 19, 19).low);
    expect(high).toBeCloseTo(clopperPearson(0.15 * 19, 19).high);
  });
});

describe('the fastest of n', () => {
  it.each([
    [299, 0.01],
    [59, 0.05],
    [2_995, 0.001],
  ])('of %i is among the fastest %f', (n, share) => {
    expect(fastestShare(n)).toBeLessThanOrEqual(share);
    expect(fastestShare(n - 1)).toBeGreaterThan(share);
  });

  it('is so in 95 of 100 samples', () => {
    const inside = frequency(2_000, (run) => {
      const random = seededRandom(`fastest/${run}`);
      return Math.min(...Array.from({ length: 59 }, () => random.nextFloat())) <= fastestShare(59);
    });
    expect(inside).toBeGreaterThan(0.935);
    expect(inside).toBeLessThan(0.965);
  });
});
