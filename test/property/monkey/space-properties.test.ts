// What must hold between related requests, whatever the knowledge: more to choose from never makes a space smaller, more to
// satisfy never makes it larger, and the order in which things were written down never matters.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSpace } from '../../../coordinator/monkey/count-space.ts';
import { openStateSpace } from '../../../coordinator/monkey/space/open-state-space.ts';
import { strategyNamed } from '../../../coordinator/monkey/strategies/registry.ts';
import { factorCase, type SmallCase } from '../../support/monkey/arbitrary-knowledge.ts';
import { lookupOf, release, requirements } from '../../support/monkey/knowledge.ts';
import { openSmall } from '../../support/monkey/open-small.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

function countOf(request: SmallCase): bigint | null {
  const space = openSmall(request);
  return space === null ? null : BigInt(countSpace(space).figures.count ?? -1);
}

/**
 * Policies that look at one release alone. Pre-releases where a project has nothing final, the first index that has it, and
 * yanked releases where a version is pinned are choices of another kind: there, more can mean less.
 */
const freePolicy = factorCase.map((request): SmallCase => ({
  ...request,
  policy: { prereleases: 'allow', yanked: 'disallow', variants: request.policy.variants ?? 'none' },
}));

describe('spaces of random small knowledge bases', () => {
  it('never shrink by a further candidate, be it a version, a build of another index or a variant', () => {
    const addition = fc.record({
      name: fc.constantFrom(...NAMES),
      version: fc.constantFrom('0.5', '2.5', '4.0'),
      index: fc.constantFrom('pip', 'other', 'third'),
      variant: fc.constantFrom(null, null, 'v3'),
      requires: fc.constantFrom([], ['a'], ['b>=2', 'c'], ['e[x]; extra == "y"']),
    });
    let grown = 0;
    fc.assert(
      fc.property(freePolicy, addition, (request, { name, version, index, variant, requires }) => {
        const files =
          variant === null ? [] : [{ filename: `${name}-${version}-py3-none-any-${variant}.whl` }];
        const releases = [...request.releases, release(name, version, requires, { index, files })];
        const before = countOf(request);
        const after = countOf({ ...request, releases, lookup: lookupOf(releases, NAMES) });
        fc.pre(before !== null && after !== null);
        expect(after >= before).toBe(true);
        grown += after > before ? 1 : 0;
      }),
      { numRuns: 500 },
    );
    expect(grown).toBeGreaterThan(20);
  });

  it('never grow by a further requirement on a project that every stack has, a constraint or a rule that narrows', () => {
    let shrunk = 0;
    const bound = fc.constantFrom('>=1.1', '<2', '!=3.0', '==1.0', '');
    fc.assert(
      fc.property(freePolicy, bound, fc.constantFrom(...NAMES), (request, specifier, name) => {
        const before = countOf(request);
        fc.pre(before !== null);
        const text = `${name}${specifier}`;
        const root = request.requirements[0];
        const narrowed = [
          { ...request, constraints: [...request.constraints, ...requirements(text)] },
          { ...request, rules: [...(request.rules ?? []), { keep: text }] },
          { ...request, rules: [...(request.rules ?? []), { reject: [text, 'a'] }] },
          ...(root === undefined || root.marker !== null
            ? []
            : [
                {
                  ...request,
                  requirements: [...request.requirements, ...requirements(root.name + specifier)],
                },
              ]),
        ];
        for (const each of narrowed) {
          const after = countOf(each);
          fc.pre(after !== null);
          expect(after <= before).toBe(true);
          shrunk += after < before ? 1 : 0;
        }
      }),
      { numRuns: 400 },
    );
    expect(shrunk).toBeGreaterThan(100);
  });

  it('are the same, stream and exclusions included, in whatever order releases and files were written down', () => {
    fc.assert(
      fc.property(factorCase, fc.infiniteStream(fc.nat()), (request, numbers) => {
        const keys = new Map(request.releases.map((each) => [each, numbers.next().value as number]));
        const releases = request.releases
          .toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0))
          .map((each) => ({ ...each, files: each.files.toReversed() }));
        const space = openSmall(request);
        fc.pre(space !== null);
        const other = openStateSpace({ ...request, lookup: lookupOf(releases, NAMES) });
        expect(other.model).toEqual(space.model);
        expect(other.excluded.map(lineOf).toSorted()).toEqual(space.excluded.map(lineOf).toSorted());
        const ids = [space, other].map((each) => {
          const stream = strategyNamed('uniform').open(each, { seed: 's' });
          return Array.from({ length: 5 }, () => stream.next()?.stack_id);
        });
        expect(ids[1]).toEqual(ids[0]);
      }),
      { numRuns: 300 },
    );
  });
});

const lineOf = (item: object): string => JSON.stringify(item);
