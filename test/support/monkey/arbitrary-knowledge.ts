// Random small knowledge bases that have everything that is hard about dependencies: cycles, self-dependencies, extras that
// ask for extras, markers, optional packages, several indexes, variants, pre-releases, yanked and unreadable releases, dead
// ends; and of requests over them with policies, alternatives and rules.
import fc from 'fast-check';
import type { RuleDeclaration } from '../../../coordinator/monkey/rules/declaration.ts';
import type { SpacePolicy } from '../../../coordinator/monkey/space/space-policy.ts';
import type { AlternativeDeclaration } from '../../../shared/stack/alternatives.ts';
import type { Release, ReleaseFile } from '../../../shared/stack/release.ts';
import type { SmallRequest } from './enumerate-stacks.ts';
import { linux311, lookupOf, release, requirements } from './knowledge.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'] as const;
const VERSIONS = ['1.0', '1.1', '2.0', '2.1rc1', '3.0'] as const;
const BOUNDS = [
  '>=1.1',
  '<2',
  '<=2.0',
  '==1.0',
  '!=1.1',
  '~=1.0',
  '>=2',
  '>=2.1rc1',
  '==2.*',
  '<3',
  '!=3.0',
  '>1.0',
];
const SPECIFIERS = [...Array.from({ length: 18 }, () => ''), ...BOUNDS];
const MARKERS = [
  '',
  '',
  '',
  '; sys_platform == "linux"',
  '; python_version < "3"',
  '; extra == "x"',
  '; extra == "y"',
  '; extra == "x" and python_version > "3"',
];

const requirementText = (markers: readonly string[]): fc.Arbitrary<string> =>
  fc
    .record({
      name: fc.constantFrom(...NAMES),
      extras: fc.constantFrom('', '', '', '[x]', '[y]', '[x,y]', '[z]'),
      specifier: fc.constantFrom(...SPECIFIERS),
      marker: fc.constantFrom(...markers),
    })
    .map(({ name, extras, specifier, marker }) => `${name}${extras}${specifier}${marker}`);

const lines: fc.Arbitrary<readonly string[] | null> = fc.oneof(
  { weight: 60, arbitrary: fc.array(requirementText(MARKERS), { maxLength: 3, size: 'max' }) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant(['c @ https://example.org/c.zip']) },
  { weight: 1, arbitrary: fc.constant(['d @ https://example.org/d.zip ; extra == "x"']) },
  { weight: 1, arbitrary: fc.constant(['not a requirement']) },
);

/** By label of a variant its own requirements; undefined says what the release says. Null is the plain build. */
type VariantLines = readonly (readonly [string | null, readonly string[] | undefined])[];

const ownLines = fc.option(fc.array(requirementText(MARKERS), { maxLength: 2 }), { nil: undefined });

const variantLines: fc.Arbitrary<VariantLines> = fc.oneof(
  { weight: 12, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: ownLines.map((own): VariantLines => [['v3', own]]) },
  {
    weight: 2,
    arbitrary: fc.tuple(ownLines, ownLines).map(([first, second]): VariantLines => [
      [null, undefined],
      ['v3', first],
      ['v4', second],
    ]),
  },
);

function filesOf(name: string, version: string, variants: VariantLines): readonly ReleaseFile[] {
  return variants.map(([label, own]) => ({
    filename: `${name}-${version}-py3-none-any${label === null ? '' : `-${label}`}.whl`,
    ...(own === undefined ? {} : { requires_dist: own }),
  }));
}

const releasesOf = (name: string, variants: fc.Arbitrary<VariantLines>): fc.Arbitrary<readonly Release[]> =>
  fc.uniqueArray(
    fc
      .record({
        version: fc.constantFrom(...VERSIONS),
        index: fc.constantFrom('pip', 'pip', 'pip', 'other'),
        requires: lines,
        variants,
        yanked: fc.constantFrom(...Array.from({ length: 19 }, () => false), true),
        requiresPython: fc.constantFrom(...Array.from({ length: 12 }, () => null), '>=3.8', '<3'),
      })
      .map(({ version, index, requires, variants, yanked, requiresPython }) =>
        release(name, version, requires, {
          index,
          yanked,
          requires_python: requiresPython,
          files: filesOf(name, version, variants),
        }),
      ),
    { minLength: 2, maxLength: 5, size: 'max', selector: ({ version, index }) => `${version} ${index}` },
  );

const POLICIES: readonly Partial<SpacePolicy>[] = [
  {},
  {},
  { prereleases: 'allow' },
  { prereleases: 'disallow' },
  { prereleasesOf: { b: 'allow' } },
  { yanked: 'disallow' },
];
const FACTOR_POLICIES: readonly Partial<SpacePolicy>[] = [
  { variants: 'all' },
  { variants: 'all' },
  { variants: ['v3'] },
  { indexes: 'first', indexOrder: ['other', 'pip'] },
  { indexes: 'first', indexOrder: ['pip'], indexesOf: { c: 'all' } },
  { indexOf: { c: 'other' }, indexesOf: { b: 'first' }, indexOrder: ['other'] },
];

const alternatives: fc.Arbitrary<readonly AlternativeDeclaration[]> = fc.constantFrom<
  readonly AlternativeDeclaration[]
>(
  [],
  [],
  [],
  [],
  [],
  [{ project: 'b', by: ['c'] }],
  [{ project: 'c', by: ['d', 'a'] }],
  [{ project: 'b', by: ['d', { project: 'b', index: 'other' }] }],
  [
    { project: 'a', by: [{ project: 'b', index: 'other' }] },
    { project: 'd', by: [{ project: 'c', versions: '>=1.1' }] },
  ],
);

const term = fc
  .record({ name: fc.constantFrom(...NAMES), specifier: fc.constantFrom('', ...BOUNDS) })
  .map(({ name, specifier }) => name + specifier);

const rule: fc.Arbitrary<RuleDeclaration> = fc.oneof(
  fc.array(term, { minLength: 1, maxLength: 2 }).map((keep) => ({ keep })),
  fc.array(term, { minLength: 1, maxLength: 2 }).map((drop) => ({ drop })),
  fc.constantFrom<RuleDeclaration>(
    { dropIndex: 'other' },
    { keepIndex: 'pip', projects: ['b', 'c'] },
    { keepIndex: ['other'], projects: 'd' },
    { drop: 'a', when: { python: '3.12' } },
  ),
  ...Array.from({ length: 3 }, () =>
    fc.array(term, { minLength: 1, maxLength: 4, size: 'max' }).map((reject) => ({ reject })),
  ),
);

export interface SmallCase extends SmallRequest {
  readonly releases: readonly Release[];
}

interface Factors {
  readonly variants: fc.Arbitrary<VariantLines>;
  readonly policies: readonly Partial<SpacePolicy>[];
  readonly alternatives: fc.Arbitrary<readonly AlternativeDeclaration[]>;
  readonly rules: fc.Arbitrary<readonly RuleDeclaration[]>;
}

const caseWith = (factors: Factors): fc.Arbitrary<SmallCase> =>
  fc
    .record({
      releases: fc.tuple(...NAMES.map((name) => releasesOf(name, factors.variants))),
      lacking: fc.constantFrom(null, null, null, null, null, 'e'),
      roots: fc.array(requirementText(['', '', '; python_version < "3"']), { minLength: 1, maxLength: 3 }),
      constraints: fc.array(requirementText(['']), { maxLength: 1 }),
      policy: fc.constantFrom(...factors.policies),
      alternatives: factors.alternatives,
      rules: factors.rules,
    })
    .map(({ releases: byName, lacking, roots, constraints, ...rest }) => {
      const releases = byName.flat().filter((each) => each.name !== lacking);
      return {
        releases,
        requirements: requirements(...roots),
        constraints: requirements(...constraints),
        lookup: lookupOf(releases, NAMES),
        environment: linux311,
        ...rest,
      };
    });

/** A request over at most 25 releases of five projects, all of which are known; one of them may have no release. */
export const smallCase = caseWith({
  variants: fc.constant([]),
  policies: POLICIES,
  alternatives: fc.constant([]),
  rules: fc.constant([]),
});

/** The same with everything that a campaign may vary beside versions; a rule may be refused (see open-small.ts). */
export const factorCase = caseWith({
  variants: variantLines,
  policies: [...POLICIES, ...FACTOR_POLICIES],
  alternatives,
  rules: fc.oneof(fc.constant([]), fc.constant([]), fc.array(rule, { minLength: 1, maxLength: 2 })),
});
