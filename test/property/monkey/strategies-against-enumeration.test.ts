// Every strategy of the first engine gives exactly the stacks that a plain enumeration finds, each once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strategies } from '../../../coordinator/monkey/strategies/registry.ts';
import { factorCase } from '../../support/monkey/arbitrary-knowledge.ts';
import { enumerateStacks } from '../../support/monkey/enumerate-stacks.ts';
import { stackLine } from '../../support/monkey/knowledge.ts';
import { openSmall } from '../../support/monkey/open-small.ts';

/** They give the stacks that are one change away, or that combine what they were told, or end where one culprit alone is left. */
const PARTIAL = new Set(['neighbours', 'combinations', 'bisect']);

describe('strategies on random small knowledge bases', () => {
  it('give every stack of a space exactly once, and then null', () => {
    let stacks = 0;
    fc.assert(
      fc.property(factorCase, fc.string({ maxLength: 4 }), (request, seed) => {
        const expected = enumerateStacks(request, 1_000);
        fc.pre(expected !== null);
        const space = openSmall(request);
        fc.pre(space !== null);
        stacks += expected.length;
        for (const strategy of strategies.values()) {
          const stream = strategy.open(space, { seed });
          const given: string[] = [];
          for (let stack = stream.next(); stack !== null; stack = stream.next()) {
            given.push(stackLine(stack));
          }
          const wanted = PARTIAL.has(strategy.name)
            ? expected.filter((line) => given.includes(line))
            : expected;
          expect([strategy.name, ...given.toSorted()]).toEqual([strategy.name, ...wanted]);
          expect(stream.next()).toBeNull();
        }
      }),
      { numRuns: 500 },
    );
    // A generator of empty spaces would prove nothing.
    expect(stacks).toBeGreaterThan(500);
  });
});
