// What conditions leave of a space, which groups of versions occur together, and what `coverage` claims: against a listing of
// all stacks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditioned } from '../../../coordinator/monkey/diagram/condition.ts';
import { reachablePairs } from '../../../coordinator/monkey/diagram/reachable-pairs.ts';
import { strategyNamed } from '../../../coordinator/monkey/strategies/registry.ts';
import { versionGroups, type VersionGroups } from '../../../coordinator/monkey/strategies/version-groups.ts';
import { factorCase, type SmallCase } from '../../support/monkey/arbitrary-knowledge.ts';
import { compiledCase, listStacks, type CompiledCase } from '../../support/monkey/compiled-case.ts';

function groupedCase(request: SmallCase): CompiledCase & { readonly groups: VersionGroups } {
  const made = compiledCase(request);
  return { ...made, groups: versionGroups(made.space, 'classes', () => true) };
}

const groupsOf = ({ groupOf }: VersionGroups, values: Int32Array): readonly number[] =>
  [...values].flatMap((value, packageIndex) => {
    const group = value === -1 ? -1 : (groupOf[packageIndex]?.[value] ?? -1);
    return group === -1 ? [] : [group];
  });

function pairsOf(groups: VersionGroups, stacks: readonly Int32Array[]): ReadonlySet<string> {
  return new Set(
    stacks.flatMap((values) => {
      const own = groupsOf(groups, values);
      return own.flatMap((a) => own.flatMap((b) => (a < b ? [`${a} ${b}`] : [])));
    }),
  );
}

describe('a condition on a random small space', () => {
  it('leaves exactly the stacks that keep it', () => {
    let kept = 0;
    fc.assert(
      fc.property(factorCase, fc.nat(), fc.nat(), (request, first, second) => {
        const { space, diagram, all } = compiledCase(request);
        const real = space.model.packages.flatMap(({ extra }, index) => (extra === null ? [index] : []));
        fc.pre(real.length > 0);
        const demanded = [...new Set([first, second].map((number) => real[number % real.length] ?? 0))];
        const isAllowed = (packageIndex: number, value: number): boolean =>
          packageIndex !== demanded[0] || value % 2 === first % 2;
        const part = conditioned(diagram, { isAllowed, mustHave: demanded });
        const expected = all.filter(
          (values) =>
            demanded.every((index) => values[index] !== -1) &&
            isAllowed(demanded[0] ?? 0, values[demanded[0] ?? 0] ?? 0),
        );
        const texts = (stacks: readonly Int32Array[]): readonly string[] => stacks.map(String).toSorted();
        expect(texts(listStacks(part))).toEqual(texts(expected));
        kept += expected.length < all.length ? expected.length : 0;
      }),
      { numRuns: 500 },
    );
    expect(kept).toBeGreaterThan(200);
  });
});

describe('pairs of a random small space', () => {
  it('are the ones that some stack has', () => {
    let pairs = 0;
    fc.assert(
      fc.property(factorCase, (request) => {
        const { diagram, groups, all } = groupedCase(request);
        const found = reachablePairs(
          diagram,
          groups.count,
          (packageIndex, value) => groups.groupOf[packageIndex]?.[value] ?? -1,
        );
        const texts = found.rows.flatMap((_, a) =>
          found.rows.flatMap((_row, b) => (a < b && found.has(a, b) ? [`${a} ${b}`] : [])),
        );
        expect(new Set(texts)).toEqual(pairsOf(groups, all));
        expect(found.pairs).toBe(texts.length);
        pairs += texts.length;
      }),
      { numRuns: 500 },
    );
    expect(pairs).toBeGreaterThan(800);
  });
});

describe('coverage of a random small space', () => {
  it('becomes complete, in no more stacks than there are things to cover', () => {
    let complete = 0;
    fc.assert(
      fc.property(factorCase, (request) => {
        const { space, diagram, groups, all } = groupedCase(request);
        const stream = strategyNamed('coverage').open(space, { seed: 's', parameters: { draws: 5 } });
        const reachable = stream.coverage;
        const versions = new Set(
          all.flatMap((values) =>
            [...values].flatMap((value, index) =>
              value !== -1 && space.model.packages[index]?.extra === null ? [`${index} ${value}`] : [],
            ),
          ),
        ).size;
        expect(reachable?.versions).toEqual({ covered: 0, reachable: versions });
        expect(reachable?.pairs).toEqual({ covered: 0, reachable: pairsOf(groups, all).size });
        const enough = Math.min(Number(diagram.count), versions + (reachable?.pairs.reachable ?? 0));
        for (let given = 0; given < enough; given++) stream.next();
        expect(stream.coverage?.versions.covered).toBe(versions);
        expect(stream.coverage?.pairs.covered).toBe(reachable?.pairs.reachable);
        complete += versions > 3 ? 1 : 0;
      }),
      { numRuns: 200 },
    );
    expect(complete).toBeGreaterThan(15);
  });
});
