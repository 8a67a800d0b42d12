import { describe, expect, it } from 'vitest';
import { wholeSpaces, type SampledInspection } from '../../../../coordinator/analysis/whole-space.ts';
import type { SampledFrom } from '../../../../coordinator/monkey/strategies/sampled-from.ts';

const origin = (changes: Partial<SampledFrom> = {}): SampledFrom => ({
  strategy: 'uniform',
  seed: '1',
  position: 0,
  index: '0',
  log10DrawProbability: -20,
  log10InclusionProbability: -18,
  isEstimate: false,
  ...changes,
});
const row = (stackId: string, changes: Partial<SampledInspection> = {}): SampledInspection => ({
  environmentId: 'e',
  target: 'linux_x86_64-cp311',
  lane: 'any',
  role: 'candidate',
  stackId,
  outcome: 'succeeded',
  cause: null,
  sampling: origin(),
  ...changes,
});
const broken = { outcome: 'failed', cause: 'stack' } as const;
const rows = (count: number, changes: Partial<SampledInspection> = {}): SampledInspection[] =>
  Array.from({ length: count }, (_, index) => row(`s${index}`, changes));

describe('what a sample says about all stacks', () => {
  it('is nothing without stacks whose probability is known', () => {
    expect(wholeSpaces([])).toEqual([]);
    expect(wholeSpaces(rows(5, { sampling: null }))).toEqual([]);
    const guided = origin({
      strategy: 'coverage',
      log10DrawProbability: null,
      log10InclusionProbability: null,
    });
    expect(wholeSpaces(rows(5, { sampling: guided }))).toEqual([]);
    expect(wholeSpaces(rows(5, { outcome: null }))).toEqual([]);
    expect(wholeSpaces(rows(5, { role: 'baseline' }))).toEqual([]);
  });

  it('counts what is decided by the stack, and says how many are not', () => {
    const [found] = wholeSpaces([
      ...rows(57),
      row('b1', broken),
      row('b2', broken),
      row('p', { outcome: null }),
      row('f', { outcome: 'lost', cause: 'fleet' }),
      row('c', { outcome: 'cancelled', cause: 'user' }),
      row('other', {
        ...broken,
        sampling: origin({
          strategy: 'coverage',
          log10InclusionProbability: null,
          log10DrawProbability: null,
        }),
      }),
    ]);
    expect(found).toMatchObject({
      strategy: 'uniform',
      method: 'clopper-pearson',
      log10Stacks: 20,
      decided: 59,
      broken: 2,
      pending: 1,
      spoiled: 2,
    });
    expect(found?.brokenShare.share).toBeCloseTo(2 / 59);
    expect(found?.brokenShare.low).toBeLessThan(2 / 59);
    expect(found?.fastestShare).toBeCloseTo(0.0495, 3);
  });

  it('is said of every environment and lane apart', () => {
    const found = wholeSpaces([
      ...rows(6),
      ...rows(6, { lane: 'avx2', ...broken }),
      ...rows(6, { environmentId: 'other' }),
    ]);
    expect(found.map(({ environmentId, lane, broken: count }) => [environmentId, lane, count])).toEqual([
      ['e', 'any', 0],
      ['e', 'avx2', 6],
      ['other', 'any', 0],
    ]);
  });

  it('does not call anything the fastest when all are broken, or when few were drawn', () => {
    expect(wholeSpaces(rows(20, broken))[0]?.fastestShare).toBeNull();
    expect(wholeSpaces(rows(3))[0]?.fastestShare).toBeNull();
  });

  it('knows that a small space has an end, and counts what others of the mix gave before', () => {
    const small = { log10DrawProbability: 0 - Math.log10(8), log10InclusionProbability: 0 };
    const [found] = wholeSpaces([
      row('a', { sampling: origin(small) }),
      row('b', { ...broken, sampling: origin({ ...small, repeated: ['c'] }) }),
      row('c', {
        ...broken,
        sampling: origin({
          strategy: 'coverage',
          log10DrawProbability: null,
          log10InclusionProbability: null,
        }),
      }),
      row('d', { sampling: null }),
    ]);
    expect(found).toMatchObject({ method: 'hypergeometric', decided: 3, broken: 2 });
    expect(found?.brokenShare.high).toBeLessThan(1);
  });

  it('says nothing of the baseline, which is never drawn: of the others it has seen all', () => {
    const small = { log10DrawProbability: 0 - Math.log10(3), log10InclusionProbability: 0 };
    const drawn = ['a', 'b'].map((id) => row(id, { ...broken, sampling: origin(small) }));
    const baseline = row('newest', { role: 'baseline', sampling: null });
    const elsewhere = row('older', { role: 'baseline', sampling: null, environmentId: 'other' });
    const found = (inspections: readonly SampledInspection[], isBaselineOfSpace: boolean) =>
      wholeSpaces(inspections, { isBaselineOfSpace })[0];
    const all = [...drawn, baseline, elsewhere];
    expect(found(all, true)).toMatchObject({
      method: 'hypergeometric',
      baselines: 1,
      brokenShare: { share: 1, low: 1, high: 1 },
    });
    // One that somebody brought is none of the three.
    expect(found(all, false)).toMatchObject({ baselines: 0, brokenShare: { low: 2 / 3, high: 1 } });
    // One that was drawn before it became a baseline is a part of the sample.
    expect(found([...drawn, row('a', { role: 'baseline', sampling: null })], true)).toMatchObject({
      baselines: 0,
    });
  });

  it('weighs stacks that were not equally likely, and claims no rank for the fastest', () => {
    const likely = origin({ strategy: 'weighted', log10DrawProbability: -3, log10InclusionProbability: -1 });
    const unlikely = origin({
      strategy: 'weighted',
      log10DrawProbability: -4,
      log10InclusionProbability: -2,
    });
    const [found] = wholeSpaces([
      ...rows(10, { sampling: likely }),
      row('rare', { ...broken, sampling: unlikely }),
    ]);
    expect(found).toMatchObject({
      method: 'hajek',
      strategy: 'weighted',
      fastestShare: null,
      log10Stacks: null,
    });
    expect(found?.brokenShare.share).toBeCloseTo(0.5);
  });

  it('weighs walks, whose probabilities are estimates', () => {
    const walked = origin({ isEstimate: true });
    expect(wholeSpaces(rows(9, { sampling: walked }))[0]).toMatchObject({
      method: 'hajek',
      fastestShare: null,
    });
  });
});
