// What is asked of the diagram in one pass is what looking at every stack says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageFrame } from '../../../coordinator/monkey/covered/coverage-frame.ts';
import { CoverageCounter } from '../../../coordinator/monkey/covered/count-coverage.ts';
import { compileSpace } from '../../../coordinator/monkey/diagram/compile.ts';
import { isDiagram, type Diagram } from '../../../coordinator/monkey/diagram/diagram.ts';
import { bestStack } from '../../../coordinator/monkey/diagram/best-stack.ts';
import { stackWith } from '../../../coordinator/monkey/diagram/stack-with.ts';
import { StackNumbering } from '../../../coordinator/monkey/diagram/numbering.ts';
import { openSmall } from '../../support/monkey/open-small.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import { StackMaker, stackOf } from '../../../coordinator/monkey/stack-of.ts';
import { makeStack } from '../../../shared/stack/stack.ts';
import { versionGroups } from '../../../coordinator/monkey/strategies/version-groups.ts';
import { valuesOf } from '../../../coordinator/monkey/values-of.ts';
import { factorCase } from '../../support/monkey/arbitrary-knowledge.ts';

interface Listed {
  readonly space: StateSpace;
  readonly diagram: Diagram;
  /** Every stack: by package its value, -1 for packages outside. */
  readonly stacks: readonly Int32Array[];
  /** The real packages. */
  readonly real: readonly number[];
}

const MOST_STACKS = 300n;

const listed = factorCase
  .map((request): Listed | null => {
    const space = openSmall(request);
    if (space === null) return null;
    const diagram = compileSpace(space);
    if (!isDiagram(diagram) || diagram.count === 0n || diagram.count > MOST_STACKS) return null;
    const numbering = new StackNumbering(diagram);
    const stacks = Array.from({ length: Number(diagram.count) }, (_, number) => {
      const values = new Int32Array(diagram.packageCount);
      numbering.unrank(BigInt(number), values);
      return values;
    });
    const real = space.model.packages.flatMap((item, index) => (item.extra === null ? [index] : []));
    return { space, diagram, stacks, real };
  })
  .filter((one) => one !== null);

describe('a diagram', () => {
  it('knows every version and every pair of classes that some stack has, and covers all of them with all stacks', () => {
    let pairs = 0;
    fc.assert(
      fc.property(listed, (one) => {
        const { groupOf } = versionGroups(one.space, 'classes', () => true);
        const frame = coverageFrame(one.space, one.diagram);
        const seen = new Set<string>();
        for (const stack of one.stacks) {
          const own = one.real
            .filter((index) => stack[index] !== -1)
            .map((index) => groupOf[index]?.[stack[index] ?? 0] ?? -1);
          own.forEach((a) => own.forEach((b) => a < b && seen.add(`${a} ${b}`)));
        }
        expect(frame.reachablePairs).toBe(seen.size);
        for (const { name, versions } of frame.packages) {
          const index = one.real.find((each) => one.space.model.packages[each]?.name === name) ?? -1;
          versions.forEach(({ isReachable }, value) =>
            expect(isReachable).toBe(one.stacks.some((stack) => stack[index] === value)),
          );
        }
        pairs += seen.size;
        const counter = new CoverageCounter(frame);
        for (const stack of one.stacks) counter.add(stackOf(one.space, stack).packages);
        const { coverage } = counter;
        expect(coverage.foreignStacks).toBe(0);
        expect(coverage.versions.covered).toBe(coverage.versions.reachable);
        expect(coverage.pairs).toEqual({ covered: seen.size, reachable: seen.size });
      }),
      { numRuns: 100 },
    );
    expect(pairs).toBeGreaterThan(300);
  });
});

it('finds the stack of some real packages as the search for the best one does', () => {
  let missing = 0;
  fc.assert(
    fc.property(listed, fc.nat(), ({ diagram, stacks, real }, at) => {
      for (const stack of stacks.slice(0, 20)) {
        const chosen = new Int32Array(stack.length).fill(-1);
        for (const index of real) chosen[index] = stack[index] ?? -1;
        expect(stackWith(diagram, chosen)).toEqual(stack);
        const other = real[at % real.length] ?? 0;
        chosen[other] = (chosen[other] ?? 0) + 1;
        const best = bestStack(diagram, (index, value) => (chosen[index] === value ? 0 : Infinity));
        expect(stackWith(diagram, chosen)).toEqual(best?.values ?? null);
        missing += best === null ? 1 : 0;
      }
    }),
    { numRuns: 200 },
  );
  expect(missing).toBeGreaterThan(20);
});

it('a stack and its values are the same thing in two forms', () => {
  fc.assert(
    fc.property(listed, (one) => {
      const maker = new StackMaker(one.space);
      const { environment, indexFingerprints } = one.space;
      for (const stack of one.stacks.slice(0, 20)) {
        const made = stackOf(one.space, stack);
        // What a maker has made before changes nothing.
        expect(maker.stack(stack)).toEqual(made);
        expect(maker.packages(stack)).toEqual(made.packages);
        expect(makeStack({ environment, packages: made.packages, indexFingerprints })).toEqual(made);
        const { values, foreign } = valuesOf(one.space, made.packages);
        expect(foreign).toEqual([]);
        expect(stackOf(one.space, values)).toEqual(made);
      }
    }),
    { numRuns: 60 },
  );
});
