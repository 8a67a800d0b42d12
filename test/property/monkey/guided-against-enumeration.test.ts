// The search that asks an oracle before each choice comes to the very choices that taking choices back comes to, and the oracle
// knows of a stack exactly where there is one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Propagation } from '../../../coordinator/monkey/propagate.ts';
import {
  DepthFirstSearch,
  readStack,
  type Choice,
  type Chooser,
} from '../../../coordinator/monkey/search/depth-first.ts';
import { guidedSearch } from '../../../coordinator/monkey/search/guided.ts';
import { Oracle, type Decision } from '../../../coordinator/monkey/search/oracle.ts';
import { packagePriority } from '../../../coordinator/monkey/search/priority.ts';
import { membersOf } from '../../../coordinator/monkey/space/bit-set.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import { stackOf } from '../../../coordinator/monkey/stack-of.ts';
import { factorCase } from '../../support/monkey/arbitrary-knowledge.ts';
import { enumerateStacks } from '../../support/monkey/enumerate-stacks.ts';
import { stackLine } from '../../support/monkey/knowledge.ts';
import { openSmall } from '../../support/monkey/open-small.ts';

const budget = { conflictsLeft: Infinity };

function chooserOf(space: StateSpace, isNewest: boolean): Chooser {
  const priority = packagePriority(space);
  return {
    nextPackage: (state) =>
      priority.find((index) => state.isRequired(index) && !state.isDecided(index)) ?? -1,
    nextValue: (state, index) => state.valueAt(index, isNewest ? 0 : state.count(index) - 1),
  };
}

interface Found {
  readonly choices: readonly Choice[];
  readonly values: Int32Array;
}

/** What a search comes to where some values are ruled out; null where there is no stack. */
function found(
  space: StateSpace,
  ruledOut: readonly Decision[],
  search: (propagation: Propagation) => readonly Choice[] | null,
): Found | null {
  const propagation = new Propagation(space.model);
  const isConsistent =
    propagation.start(space.model.roots) &&
    ruledOut.every(({ packageIndex, value }) => propagation.exclude(packageIndex, value));
  const choices = isConsistent ? search(propagation) : null;
  return choices === null ? null : { choices, values: readStack(propagation) };
}

describe('the guided search in a random small knowledge base', () => {
  it('makes the choices of the depth-first search, whatever is ruled out, and knows what it knows', () => {
    const seen = { some: 0, none: 0, choices: 0 };
    fc.assert(
      fc.property(factorCase, fc.infiniteStream(fc.nat()), fc.boolean(), (request, numbers, isNewest) => {
        const expected = enumerateStacks(request, 500);
        fc.pre(expected !== null);
        const space = openSmall(request);
        fc.pre(space !== null && space.conflict === null);
        const chooser = chooserOf(space, isNewest);
        const isOneOf = (stack: Int32Array): boolean => expected.includes(stackLine(stackOf(space, stack)));
        const values = space.model.packages.flatMap(({ extra, initial }, packageIndex) =>
          extra === null ? membersOf(initial).map((value) => ({ packageIndex, value })) : [],
        );
        // One oracle for all questions, the first with nothing ruled out.
        const oracle = new Oracle(space.model);
        for (const share of [0, 5, 4, 3]) {
          const ruledOut = values.filter(() => share > 0 && (numbers.next().value as number) % share === 0);
          const known = oracle.stackWith([], ruledOut, budget);
          seen[known === null ? 'none' : 'some'] += 1;
          const isRight = known === null ? share > 0 || expected.length === 0 : isOneOf(known);
          expect(isRight).toBe(true);
          const byBacktracking = found(space, ruledOut, (propagation) => {
            const search = new DepthFirstSearch(propagation, chooser, { failuresLeft: Infinity });
            return search.next() ? search.choices : null;
          });
          const byOracle = found(space, ruledOut, (propagation) =>
            guidedSearch(propagation, chooser, { oracle, budget }, { shared: [], ruledOut }),
          );
          expect(byOracle).toEqual(byBacktracking);
          expect(known === null).toBe(byOracle === null);
          expect(byOracle === null || isOneOf(byOracle.values)).toBe(true);
          seen.choices += byOracle?.choices.length ?? 0;
        }
      }),
      { numRuns: 300 },
    );
    expect(seen.some).toBeGreaterThan(300);
    expect(seen.none).toBeGreaterThan(100);
    expect(seen.choices).toBeGreaterThan(300);
  });
});
