// Random small knowledge bases that have everything that is hard about dependencies: cycles, self-dependencies, extras that
// ask for extras, markers, optional packages, several indexes, pre-releases, yanked and unreadable releases, dead ends.
import fc from 'fast-check';
import type { ResolutionPolicy } from '../../../shared/stack/policy.ts';
import type { Release } from '../../../shared/stack/release.ts';
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

const releasesOf = (name: string): fc.Arbitrary<readonly Release[]> =>
  fc.uniqueArray(
    fc
      .record({
        version: fc.constantFrom(...VERSIONS),
        index: fc.constantFrom('pip', 'pip', 'pip', 'other'),
        requires: lines,
        yanked: fc.constantFrom(...Array.from({ length: 19 }, () => false), true),
        requiresPython: fc.constantFrom(...Array.from({ length: 12 }, () => null), '>=3.8', '<3'),
      })
      .map(({ version, index, requires, yanked, requiresPython }) =>
        release(name, version, requires, { index, yanked, requires_python: requiresPython }),
      ),
    { minLength: 2, maxLength: 5, size: 'max', selector: ({ version, index }) => `${version} ${index}` },
  );

const policy: fc.Arbitrary<Partial<ResolutionPolicy>> = fc.constantFrom(
  {},
  {},
  { prereleases: 'allow' as const },
  { prereleases: 'disallow' as const },
  { prereleasesOf: { b: 'allow' as const } },
  { yanked: 'disallow' as const },
);

export interface SmallCase extends SmallRequest {
  readonly releases: readonly Release[];
}

/** A request over at most 25 releases of five projects, all of which are known; one of them may have no release. */
export const smallCase: fc.Arbitrary<SmallCase> = fc
  .record({
    releases: fc.tuple(...NAMES.map(releasesOf)),
    lacking: fc.constantFrom(null, null, null, null, null, 'e'),
    roots: fc.array(requirementText(['', '', '; python_version < "3"']), { minLength: 1, maxLength: 3 }),
    constraints: fc.array(requirementText(['']), { maxLength: 1 }),
    policy,
  })
  .map(({ releases: byName, lacking, roots, constraints, policy: parts }) => {
    const releases = byName.flat().filter((each) => each.name !== lacking);
    return {
      releases,
      requirements: requirements(...roots),
      constraints: requirements(...constraints),
      lookup: lookupOf(releases, NAMES),
      environment: linux311,
      policy: parts,
    };
  });
