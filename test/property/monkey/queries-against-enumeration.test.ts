// What is asked of a diagram, against a listing of all stacks, on random small knowledge: conditional counts, marginals, the
// best stack under an additive score, the nearest one to a baseline.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestStack, nearestStack } from '../../../coordinator/monkey/diagram/best-stack.ts';
import { countWhere } from '../../../coordinator/monkey/diagram/count-where.ts';
import { marginals } from '../../../coordinator/monkey/diagram/marginals.ts';
import { seededRandom } from '../../../shared/runtime/random.ts';
import { factorCase } from '../../support/monkey/arbitrary-knowledge.ts';
import { compiledCase, type CompiledCase } from '../../support/monkey/compiled-case.ts';

interface Chosen {
  readonly packageIndex: number;
  readonly value: number;
}

/** What a stack has of real packages. */
function chosen({ space }: CompiledCase, values: Int32Array): readonly Chosen[] {
  return [...values].flatMap((value, packageIndex) =>
    value !== -1 && space.model.packages[packageIndex]?.extra === null ? [{ packageIndex, value }] : [],
  );
}

/** A whole number from -9 to 9 for each candidate. */
const scoreOf =
  (salt: number) =>
  (packageIndex: number, value: number): number =>
    seededRandom(`${salt}/${packageIndex}/${value}`).nextBelow(19) - 9;

describe('questions to the diagram of a random small space', () => {
  it('are answered as by looking at every stack', () => {
    let stacks = 0;
    fc.assert(
      fc.property(factorCase, fc.nat(), (request, salt) => {
        const item = compiledCase(request);
        const { diagram, all } = item;
        const scored = scoreOf(salt);
        const isAllowed = (packageIndex: number, value: number): boolean => scored(packageIndex, value) > -6;
        const having = all.filter((values) =>
          chosen(item, values).every(({ packageIndex, value }) => isAllowed(packageIndex, value)),
        );
        expect(countWhere(diagram, isAllowed)).toBe(BigInt(having.length));

        const counts = new Map<string, bigint>();
        for (const { packageIndex, value } of all.flatMap((values) => chosen(item, values))) {
          const key = `${packageIndex} ${value}`;
          counts.set(key, (counts.get(key) ?? 0n) + 1n);
        }
        const told = marginals(diagram).flatMap((byValue, packageIndex) =>
          [...byValue].map(([value, times]): [string, bigint] => [`${packageIndex} ${value}`, times]),
        );
        expect(new Map(told)).toEqual(counts);

        const score = (values: Int32Array): number =>
          chosen(item, values).reduce((sum, one) => sum + scored(one.packageIndex, one.value), 0);
        const best = bestStack(diagram, scored);
        expect(best?.cost ?? Infinity).toBe(Math.min(Infinity, ...all.map(score)));
        expect(best === null ? Infinity : score(best.values)).toBe(best?.cost ?? Infinity);

        const baseline = all[salt % Math.max(1, all.length)] ?? new Int32Array(diagram.packageCount).fill(-1);
        const changes = (values: Int32Array): number =>
          chosen(item, values).filter(({ packageIndex, value }) => baseline[packageIndex] !== value).length;
        const nearest = nearestStack(diagram, baseline, isAllowed);
        expect(nearest === null ? Infinity : changes(nearest.values)).toBe(
          Math.min(Infinity, ...having.map(changes)),
        );
        stacks += all.length;
      }),
      { numRuns: 400 },
    );
    expect(stacks).toBeGreaterThan(400);
  });
});
