// Of what is odd in indexes and metadata, engine, oracle and lock make the same stacks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../coordinator/monkey/diagram/compile.ts';
import { isDiagram } from '../../../coordinator/monkey/diagram/diagram.ts';
import { StackNumbering } from '../../../coordinator/monkey/diagram/numbering.ts';
import { stackOf } from '../../../coordinator/monkey/stack-of.ts';
import { lockStack, type Stack } from '../../../shared/stack/stack.ts';
import { cornerCase } from '../../support/monkey/arbitrary-corners.ts';
import { enumerateStacks, type SmallRequest } from '../../support/monkey/enumerate-stacks.ts';
import { stackLine } from '../../support/monkey/knowledge.ts';
import { openSmall } from '../../support/monkey/open-small.ts';

/** Null where a rule is refused. */
function stacksOf(request: SmallRequest): readonly Stack[] | null {
  const space = openSmall(request);
  if (space === null) return null;
  const diagram = compileSpace(space);
  if (!isDiagram(diagram)) throw new Error('a small space did not compile');
  const numbering = new StackNumbering(diagram);
  const values = new Int32Array(diagram.packageCount);
  return Array.from({ length: Number(diagram.count) }, (_, number) => {
    numbering.unrank(BigInt(number), values);
    return stackOf(space, values);
  });
}

describe('a request over odd releases', () => {
  it('has exactly the stacks that enumeration finds, and each can be locked', () => {
    let count = 0;
    fc.assert(
      fc.property(cornerCase, (request) => {
        const expected = enumerateStacks(request, 1_000);
        fc.pre(expected !== null);
        const stacks = stacksOf(request);
        fc.pre(stacks !== null);
        expect(stacks.map(stackLine).toSorted()).toEqual(expected);
        const { allowSdists, excludeNewer } = request.policy;
        for (const stack of stacks) {
          const lock = lockStack(stack, request.lookup, () => ({
            allowYanked: true,
            allowSdists,
            excludeNewer,
          }));
          expect(lock.packages.map(({ name }) => name)).toEqual(stack.packages.map(({ name }) => name));
        }
        count += stacks.length;
      }),
      { numRuns: 1_000 },
    );
    // A generator of empty spaces would prove nothing.
    expect(count).toBeGreaterThan(200);
  });
});
