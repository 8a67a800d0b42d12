// Draws are uniform in random spaces that have everything that is hard, not in one that is well behaved: Pearson's statistic,
// summed over all spaces, since a bias that is small in each shows in the sum. Seeds are fixed, so a result never changes by chance.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StackNumbering } from '../../../coordinator/monkey/diagram/numbering.ts';
import { KeyedPermutation } from '../../../coordinator/monkey/diagram/permutation.ts';
import type { Diagram } from '../../../coordinator/monkey/diagram/diagram.ts';
import { UniformSampler } from '../../../coordinator/monkey/diagram/uniform-sampler.ts';
import { seededRandom } from '../../../shared/runtime/random.ts';
import { smallCase } from '../../support/monkey/arbitrary-knowledge.ts';
import { compiledCase, type CompiledCase } from '../../support/monkey/compiled-case.ts';
import { featuresOf } from '../../support/monkey/features-of.ts';

const DRAWS_PER_STACK = 40;

const cases = fc
  .sample(smallCase, { numRuns: 500, seed: 11 })
  .map(compiledCase)
  .filter(({ diagram }) => diagram.count > 1n && diagram.count < 200n);

/** How many standard deviations the summed statistic is from its mean; each case gives as many degrees of freedom as it has stacks, less one. */
function deviations(
  some: readonly CompiledCase[],
  draw: (diagram: Diagram, turn: string) => bigint | null,
): number {
  let statistic = 0;
  let degrees = 0;
  for (const [place, { diagram }] of some.entries()) {
    const stacks = Number(diagram.count);
    const seen = new Float64Array(stacks);
    for (let turn = 0; turn < DRAWS_PER_STACK * stacks; turn++) {
      const number = Number(draw(diagram, `${turn} of ${place}`));
      seen[number] = (seen[number] ?? 0) + 1;
    }
    statistic += seen.reduce((sum, times) => sum + (times - DRAWS_PER_STACK) ** 2 / DRAWS_PER_STACK, 0);
    degrees += stacks - 1;
  }
  return (statistic - degrees) / Math.sqrt(2 * degrees);
}

interface Tools {
  readonly diagram: Diagram;
  readonly sampler: UniformSampler;
  readonly numbering: StackNumbering;
  readonly values: Int32Array;
}

const toolsOf = (diagram: Diagram): Tools => ({
  diagram,
  sampler: new UniformSampler(diagram),
  numbering: new StackNumbering(diagram),
  values: new Int32Array(diagram.packageCount),
});

describe('random spaces', () => {
  it('are many, and have what is hard', () => {
    expect(cases.length).toBeGreaterThan(200);
    const features = cases.flatMap(({ space }) => featuresOf(space));
    for (const feature of ['cycles', 'extras', 'markers', 'optional packages', 'several indexes'] as const) {
      expect([feature, features.filter((each) => each === feature).length > 40]).toEqual([feature, true]);
    }
  });

  it('are drawn from with the same probability for every stack', () => {
    const random = seededRandom('uniformity');
    let tools: Tools | null = null;
    const result = deviations(cases, (diagram) => {
      if (tools?.diagram !== diagram) tools = toolsOf(diagram);
      tools.sampler.draw(random, tools.values);
      return tools.numbering.rank(tools.values);
    });
    expect(Math.abs(result)).toBeLessThan(3.5);
  });

  it('are begun with the same probability for every stack, over all seeds', () => {
    const few = cases.slice(0, 50);
    const first = deviations(few, (diagram, turn) =>
      new KeyedPermutation(`${turn}/uniform`, diagram.count).at(0n),
    );
    expect(Math.abs(first)).toBeLessThan(3.5);
    const fifth = deviations(few, (diagram, turn) =>
      new KeyedPermutation(turn, diagram.count).at(5n % diagram.count),
    );
    expect(Math.abs(fifth)).toBeLessThan(3.5);
  });
});
