// The diagram holds exactly the stacks that a plain enumeration finds, and numbers each of them once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../coordinator/monkey/diagram/compile.ts';
import { isDiagram, type Diagram } from '../../../coordinator/monkey/diagram/diagram.ts';
import { StackNumbering } from '../../../coordinator/monkey/diagram/numbering.ts';
import { KeyedPermutation } from '../../../coordinator/monkey/diagram/permutation.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import { stackOf } from '../../../coordinator/monkey/stack-of.ts';
import { factorCase } from '../../support/monkey/arbitrary-knowledge.ts';
import { enumerateStacks } from '../../support/monkey/enumerate-stacks.ts';
import { featuresOf, type Feature } from '../../support/monkey/features-of.ts';
import { stackLine } from '../../support/monkey/knowledge.ts';
import { openSmall } from '../../support/monkey/open-small.ts';

function compiled(space: StateSpace): Diagram {
  const diagram = compileSpace(space);
  if (!isDiagram(diagram)) throw new Error('a small space did not compile');
  return diagram;
}

describe('the diagram of a random small knowledge base', () => {
  it('counts and numbers exactly the valid stacks', () => {
    let stacks = 0;
    const features = new Map<Feature, number>();
    fc.assert(
      fc.property(factorCase, fc.string({ maxLength: 4 }), (request, seed) => {
        const expected = enumerateStacks(request, 1_000);
        fc.pre(expected !== null);
        const space = openSmall(request);
        fc.pre(space !== null);
        const diagram = compiled(space);
        expect(diagram.count).toBe(BigInt(expected.length));
        stacks += expected.length;
        featuresOf(space).forEach((feature) => features.set(feature, (features.get(feature) ?? 0) + 1));
        if (expected.length === 0) return;
        const numbering = new StackNumbering(diagram);
        const permutation = new KeyedPermutation(seed, diagram.count);
        const values = new Int32Array(diagram.packageCount);
        const given: string[] = [];
        for (let index = 0n; index < diagram.count; index++) {
          const number = permutation.at(index);
          numbering.unrank(number, values);
          expect(numbering.rank(values)).toBe(number);
          given.push(stackLine(stackOf(space, values)));
        }
        expect(given.toSorted()).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
    // A generator of empty spaces would prove nothing.
    expect(stacks).toBeGreaterThan(3_000);
    const rare = ['cycles', 'extras', 'markers', 'optional packages', 'several indexes', 'variants'].filter(
      (feature) => (features.get(feature as Feature) ?? 0) < 100,
    );
    expect(rare).toEqual([]);
  });
});
