// Walks give only stacks that a plain enumeration finds, and what they say of their probabilities adds up.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSmall } from '../../support/monkey/open-small.ts';
import { stackOf } from '../../../coordinator/monkey/stack-of.ts';
import { openWalkSampler } from '../../../coordinator/monkey/walk/walk-sampler.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { factorCase } from '../../support/monkey/arbitrary-knowledge.ts';
import { enumerateStacks } from '../../support/monkey/enumerate-stacks.ts';
import { stackLine } from '../../support/monkey/knowledge.ts';

/** Whether there is no stack, or walks find none. */
function findsNothing(next: () => number | null): boolean {
  try {
    return next() === null;
  } catch (error) {
    return error instanceof TroopError && error.code === 'TROOP-1907';
  }
}

describe('walks through random small knowledge bases', () => {
  it('find valid stacks only, each always with the same probability, together at most one', () => {
    let complete = 0;
    fc.assert(
      fc.property(factorCase, fc.string({ maxLength: 4 }), (request, seed) => {
        const expected = enumerateStacks(request, 500);
        fc.pre(expected !== null && expected.length < 40);
        const space = openSmall(request);
        fc.pre(space !== null);
        const sampler = openWalkSampler(space, { seed });
        const values = new Int32Array(space.model.packages.length);
        const weights = new Map<string, number>();
        for (let turn = 0; turn < 6 * expected.length; turn++) {
          const logWeight = sampler.next(values) ?? NaN;
          const line = stackLine(stackOf(space, values));
          expect(weights.get(line) ?? logWeight).toBeCloseTo(logWeight, 9);
          weights.set(line, logWeight);
        }
        // Nor does it matter what a sampler has walked before.
        for (const number of expected.slice(0, 2).map((_, index) => 6 * expected.length - 1 - index)) {
          const again = new Int32Array(values.length);
          expect(openWalkSampler(space, { seed }).at(number, again)).toBe(sampler.at(number, values));
          expect(again).toEqual(values);
        }
        expect(findsNothing(() => sampler.next(values))).toBe(expected.length === 0);
        expect([...weights.keys()].filter((line) => !expected.includes(line))).toEqual([]);
        const total = [...weights.values()].reduce((sum, logWeight) => sum + Math.exp(-logWeight), 0);
        expect(total).toBeLessThan(1 + 1e-9);
        if (weights.size === expected.length && total > 1 - 1e-9) complete += 1;
      }),
      { numRuns: 300 },
    );
    // Where no walk can fail and all were seen, nothing is missing from the sum.
    expect(complete).toBeGreaterThan(40);
  });
});
