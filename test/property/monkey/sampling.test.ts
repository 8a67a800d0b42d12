// What is drawn from a diagram has the distribution that is promised, judged by Pearson's statistic on a space that is small
// enough to see every stack many times. Seeds are fixed, so a result never changes by chance.
import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../coordinator/monkey/diagram/compile.ts';
import { isDiagram, type Diagram } from '../../../coordinator/monkey/diagram/diagram.ts';
import { bestStack, nearestStack } from '../../../coordinator/monkey/diagram/best-stack.ts';
import { countWhere } from '../../../coordinator/monkey/diagram/count-where.ts';
import { marginals } from '../../../coordinator/monkey/diagram/marginals.ts';
import { StackNumbering } from '../../../coordinator/monkey/diagram/numbering.ts';
import { UniformSampler } from '../../../coordinator/monkey/diagram/uniform-sampler.ts';
import { WeightedSampler } from '../../../coordinator/monkey/diagram/weighted-sampler.ts';
import { openStateSpace } from '../../../coordinator/monkey/space/open-state-space.ts';
import { strategyNamed } from '../../../coordinator/monkey/strategies/registry.ts';
import { seededRandom } from '../../../shared/runtime/random.ts';
import { linux311, lookupOf, release, requirements } from '../../support/monkey/knowledge.ts';
import { madeUpKnowledge } from '../../support/monkey/made-up-knowledge.ts';

const space = openStateSpace({
  requirements: requirements('models', 'frames'),
  lookup: lookupOf(madeUpKnowledge({ seed: '5', releases: 3 })),
  environment: linux311,
});
const compiled = compileSpace(space);
if (!isDiagram(compiled)) throw new Error('the space did not compile');
const diagram: Diagram = compiled;
const count = Number(diagram.count);
const numbering = new StackNumbering(diagram);

/** Upper 99.9 % point of chi-squared for many degrees of freedom (Wilson and Hilferty). */
function criticalValue(degrees: number): number {
  const part = 2 / (9 * degrees);
  return degrees * (1 - part + 3.09 * Math.sqrt(part)) ** 3;
}

function chiSquared(draw: (values: Int32Array) => void, probability: (values: Int32Array) => number): number {
  const draws = 60 * count;
  const seen = new Float64Array(count);
  const values = new Int32Array(diagram.packageCount);
  for (let turn = 0; turn < draws; turn++) {
    draw(values);
    const number = Number(numbering.rank(values));
    seen[number] = (seen[number] ?? 0) + 1;
  }
  return seen.reduce((sum, times, number) => {
    numbering.unrank(BigInt(number), values);
    const expected = draws * probability(values);
    return sum + (times - expected) ** 2 / expected;
  }, 0);
}

describe('drawing from a diagram', () => {
  it('has a space worth drawing from', () => {
    expect(count).toBeGreaterThan(300);
    expect(count).toBeLessThan(20_000);
  });

  it('is uniform', () => {
    const sampler = new UniformSampler(diagram);
    const random = seededRandom('uniform');
    const statistic = chiSquared(
      (values) => sampler.draw(random, values),
      () => 1 / count,
    );
    expect(statistic).toBeLessThan(criticalValue(count - 1));
  });

  it('follows weights', () => {
    const weightOf = (packageIndex: number, value: number): number => 1 + ((packageIndex + value) % 3);
    const weigh = (values: Int32Array): number =>
      space.model.packages.reduce((product, { extra }, index) => {
        const value = values[index] ?? -1;
        return extra !== null || value === -1 ? product : product * weightOf(index, value);
      }, 1);
    const values = new Int32Array(diagram.packageCount);
    let total = 0;
    for (let number = 0; number < count; number++) {
      numbering.unrank(BigInt(number), values);
      total += weigh(values);
    }
    const sampler = new WeightedSampler(diagram, weightOf);
    expect(Math.exp(sampler.logTotal)).toBeCloseTo(total, 4);
    const random = seededRandom('weighted');
    const statistic = chiSquared(
      (drawn) => sampler.draw(random, drawn),
      (drawn) => weigh(drawn) / total,
    );
    expect(statistic).toBeLessThan(criticalValue(count - 1));
  });

  it('keeps away from what weighs nothing', () => {
    const sampler = new WeightedSampler(diagram, (packageIndex, value) =>
      packageIndex === 0 && value === 0 ? 0 : 1,
    );
    const random = seededRandom('without');
    const values = new Int32Array(diagram.packageCount);
    for (let turn = 0; turn < 2_000; turn++) {
      sampler.draw(random, values);
      expect(values[0]).not.toBe(0);
    }
    expect(new WeightedSampler(diagram, () => 0).logTotal).toBe(-Infinity);
  });
});

describe('marginals', () => {
  it('say for each candidate how many stacks have it', () => {
    const expected = Array.from({ length: diagram.packageCount }, () => new Map<number, bigint>());
    const values = new Int32Array(diagram.packageCount);
    for (let number = 0n; number < diagram.count; number++) {
      numbering.unrank(number, values);
      space.model.packages.forEach(({ extra }, index) => {
        const value = values[index] ?? -1;
        if (extra === null && value !== -1) {
          expected[index]?.set(value, (expected[index].get(value) ?? 0n) + 1n);
        }
      });
    }
    expect(marginals(diagram)).toEqual(expected);
  });
});

describe('questions to a diagram', () => {
  const all = Array.from({ length: count }, (_, number) => {
    const values = new Int32Array(diagram.packageCount);
    numbering.unrank(BigInt(number), values);
    return values;
  });
  const real = (index: number): boolean => space.model.packages[index]?.extra === null;

  it('count what a condition leaves', () => {
    const isAllowed = (packageIndex: number, value: number): boolean => (packageIndex * 7 + value) % 3 !== 0;
    const expected = all.filter((values) =>
      values.every((value, index) => value === -1 || !real(index) || isAllowed(index, value)),
    );
    expect(countWhere(diagram, isAllowed)).toBe(BigInt(expected.length));
    expect(expected.length).toBeGreaterThan(0);
    expect(countWhere(diagram, () => true)).toBe(diagram.count);
  });

  it('find the least cost', () => {
    const costOf = (packageIndex: number, value: number): number =>
      ((packageIndex * 31 + value * 17) % 23) - 7;
    const costs = all.map((values) =>
      values.reduce(
        (sum, value, index) => sum + (value === -1 || !real(index) ? 0 : costOf(index, value)),
        0,
      ),
    );
    const best = bestStack(diagram, costOf);
    expect(best?.cost).toBe(Math.min(...costs));
    expect(costs[Number(numbering.rank(best?.values ?? new Int32Array()))]).toBe(best?.cost);
  });

  it('find the stack nearest to a baseline that has what is wanted', () => {
    const baseline = all[0] ?? new Int32Array();
    const changes = (values: Int32Array): number =>
      values.filter((value, index) => real(index) && value !== -1 && value !== baseline[index]).length;
    const other = all.at(-1) ?? baseline;
    baseline.forEach((old, index) => {
      const wanted = other[index] ?? -1;
      if (!real(index) || wanted === -1 || wanted === old) return;
      const nearest = nearestStack(
        diagram,
        baseline,
        (packageIndex, value) => packageIndex !== index || value === wanted,
      );
      const having = all.filter((values) => values[index] === wanted || values[index] === -1);
      expect(changes(nearest?.values ?? baseline)).toBe(Math.min(...having.map(changes)));
    });
    expect(nearestStack(diagram, baseline)?.cost).toBe(0);
    expect(nearestStack(diagram, baseline, () => false)).toBeNull();
  });
});

describe('the strategy stratified', () => {
  it('gives every version of the named package equally often', () => {
    const stream = strategyNamed('stratified').open(space, { seed: 's', parameters: { packages: ['core'] } });
    const times = new Map<string, number>();
    for (let turn = 0; turn < 60; turn++) {
      const version = stream.next()?.packages.find((item) => item.name === 'core')?.version ?? 'none';
      times.set(version, (times.get(version) ?? 0) + 1);
    }
    expect([...times.values()]).toEqual(Array.from({ length: times.size }, () => 60 / times.size));
    expect(times.size).toBeGreaterThan(1);
  });

  it('refuses packages that no stack has', () => {
    const open = (): unknown =>
      strategyNamed('stratified').open(space, { seed: 's', parameters: { packages: ['suite'] } });
    expect(open).toThrow('suite');
  });
});

describe('one more candidate, one more bound', () => {
  const count = (roots: readonly string[], more: ReturnType<typeof release>[] = []): bigint => {
    const world = [...madeUpKnowledge({ seed: '5', releases: 3 }), ...more];
    const wider = compileSpace(
      openStateSpace({
        requirements: requirements(...roots),
        lookup: lookupOf(world),
        environment: linux311,
      }),
    );
    return isDiagram(wider) ? wider.count : -1n;
  };

  it('never lowers, and never raises the number of stacks', () => {
    const plain = count(['models', 'frames']);
    expect(plain).toBe(diagram.count);
    expect(count(['models', 'frames'], [release('core', '0.9')])).toBeGreaterThanOrEqual(plain);
    expect(count(['models', 'frames', 'core>=0.1'])).toBeLessThanOrEqual(plain);
  });
});
