// Both ways to work out the belief come to the same; the one for many results stays small and still finds what matters.
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../../../coordinator/monkey/strategies/learning-stream.ts';
import { normalNumbers } from '../../../../../coordinator/monkey/strategies/normal.ts';
import { PosteriorByEffects } from '../../../../../coordinator/monkey/strategies/posterior-by-effects.ts';
import { PosteriorByResults } from '../../../../../coordinator/monkey/strategies/posterior-by-results.ts';
import type { Effects, Posterior } from '../../../../../coordinator/monkey/strategies/posterior.ts';
import { StackPosterior } from '../../../../../coordinator/monkey/strategies/stack-posterior.ts';
import { bandsOf } from '../../../../../coordinator/monkey/strategies/version-bands.ts';
import { VersionEffects } from '../../../../../coordinator/monkey/strategies/version-effects.ts';
import { seededRandom } from '../../../../../shared/runtime/random.ts';

const effectsOf = (packages: number, versions: number): readonly VersionEffects[] =>
  Array.from({ length: packages }, (_, index) => {
    const lines = Array.from({ length: versions }, (_each, value) => `1.${Math.floor(value / 3)}`);
    return new VersionEffects(index, lines);
  });

/** Made-up results: version 2 of package 1 makes slow; some stacks lack package 0, some fail. */
function madeUp(packages: number, versions: number, count: number, noise = 0.1): readonly Observation[] {
  const random = seededRandom('made up');
  const normal = normalNumbers(random);
  return Array.from({ length: count }, (_, position) => {
    const values = Int32Array.from({ length: packages }, (_each, index) =>
      index === 0 && random.nextBelow(5) === 0 ? -1 : random.nextBelow(versions),
    );
    const isFailed = random.nextBelow(20) === 0;
    const truth = values[1] === 2 ? 1 : 0;
    return { position, values, logRatio: isFailed ? null : truth + noise * normal() };
  });
}

function gap(a: Effects, b: Effects): number {
  let most = 0;
  for (const [index, own] of a) {
    own.forEach((effect, place) => {
      most = Math.max(most, Math.abs(effect - (b.get(index)?.[place] ?? NaN)));
    });
  }
  return most;
}

function meanOfDraws(posterior: Posterior, count: number): Effects {
  const sums = new Map<number, Float64Array>();
  for (let index = 0; index < count; index++) {
    for (const [packageIndex, effects] of posterior.draw(seededRandom(`draw ${index}`))) {
      const sum = sums.get(packageIndex) ?? new Float64Array(effects.length);
      sums.set(
        packageIndex,
        sum.map((each, place) => each + (effects[place] as number) / count),
      );
    }
  }
  return sums;
}

describe('the belief by effects', () => {
  const effects = effectsOf(4, 9);
  const results = madeUp(4, 9, 200);

  it('expects what the exact belief by results expects', () => {
    const exact = new PosteriorByResults(effects);
    const bounded = new PosteriorByEffects(effects);
    exact.observe(results);
    bounded.observe(results);
    expect(gap(exact.expectation(), bounded.expectation())).toBeLessThan(1e-8);
    expect(exact.expectation().get(1)?.[2]).toBeGreaterThan(0.5);
  });

  it('draws around the same means as the exact one', () => {
    const exact = new PosteriorByResults(effects);
    const bounded = new PosteriorByEffects(effects);
    exact.observe(results);
    bounded.observe(results);
    expect(gap(meanOfDraws(exact, 400), meanOfDraws(bounded, 400))).toBeLessThan(0.15);
  });

  it('comes to the same whether it is told at once or one by one', () => {
    const [first, rest] = [results.slice(0, 101), results.slice(101)];
    const atOnce = new PosteriorByEffects(effects);
    const oneByOne = new PosteriorByEffects(effects);
    for (const posterior of [atOnce, oneByOne]) posterior.observe(first);
    atOnce.observe(rest);
    for (const result of rest) oneByOne.observe([result]);
    expect(gap(atOnce.expectation(), oneByOne.expectation())).toBeLessThan(1e-8);
  });
});

describe('bands of versions', () => {
  it('are few whatever the number of versions, and every version where there is room', () => {
    const many = bandsOf(effectsOf(42, 80), 512);
    expect(many.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(512);
    expect(many.every(({ count }) => count >= 3)).toBe(true);
    const few = bandsOf(effectsOf(3, 10), 512);
    expect(few.map(({ count }) => count)).toEqual([11, 11, 11]);
  });

  it('move the effects of their versions to their means, and those of neighbours with them', () => {
    const [bands] = bandsOf(effectsOf(60, 40), 512);
    if (bands === undefined) throw new Error('no bands');
    const effects = bands.effects.draw(normalNumbers(seededRandom('some')));
    const wanted = Float64Array.from({ length: bands.count }, (_, band) => band / 10);
    bands.moveTo(effects, wanted);
    for (let band = 0; band < bands.count; band++) {
      const own = [...effects].filter(
        (_, place) => bands.bandOf(place === bands.effects.size ? -1 : place) === band,
      );
      expect(own.reduce((sum, each) => sum + each, 0) / own.length).toBeCloseTo(band / 10, 9);
    }
  });
});

describe('the belief about a stack', () => {
  it('goes on from few results to many without forgetting', () => {
    const results = madeUp(12, 60, 1500, 0.3);
    const posterior = new StackPosterior(effectsOf(12, 60));
    for (let from = 0; from < results.length; from += 5) posterior.observe(results.slice(from, from + 5));
    expect(posterior.count).toBe(1500);
    const expected = posterior.expectation();
    const own = expected.get(1) ?? new Float64Array();
    expect(own.indexOf(own.reduce((most, each) => Math.max(most, each), -Infinity))).toBeLessThan(4);
    const others = [...expected].filter(([index]) => index !== 1).flatMap(([, each]) => [...each]);
    const largest = others.reduce((most, each) => Math.max(most, each), -Infinity);
    expect(own[2]).toBeGreaterThan(largest);
  });
});
