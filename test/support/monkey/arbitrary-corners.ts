// Random requests out of what indexes and metadata hold that is odd: local versions, epochs, several spellings of one version,
// `===`, markers with `or` and `in`, and releases of files that differ in tags, Python, age, hash, yanking and requirements.
import fc from 'fast-check';
import type { RuleDeclaration } from '../../../coordinator/monkey/rules/declaration.ts';
import type { SpacePolicy } from '../../../coordinator/monkey/space/space-policy.ts';
import type { AlternativeDeclaration } from '../../../shared/stack/alternatives.ts';
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import type { Release, ReleaseFile } from '../../../shared/stack/release.ts';
import { withHashes, type AllowedHashes } from '../../../shared/stack/with-hashes.ts';
import type { SmallRequest } from './enumerate-stacks.ts';
import { linux311, lookupOf, release, requirements } from './knowledge.ts';

const NAMES = ['a', 'b', 'c', 'd'] as const;
const VERSIONS = [
  '1.0',
  '1.0.0',
  '1.0.post1',
  '1.0-1',
  '1.0+cpu',
  '1.0+cu.2',
  '1!0.1',
  '2.0rc1',
  '2.0-RC1',
  '2.0.dev0',
  '2.0',
  '1.0b1.post1',
] as const;
const BOUNDS = [
  '==1.0',
  '===1.0',
  '===1.0.0',
  '===1.0-1',
  '===1.0.post1',
  '===2.0-rc1',
  '===2.0rc1',
  '==1.0+cpu',
  '!=1.0+cpu',
  '~=1.0',
  '~=1.0.post0',
  '~=1!0.1',
  '>1.0',
  '<2.0',
  '<2.0rc1',
  '<=1.0',
  '>=1!0',
  '==1!0.*',
  '!=1.*',
  '<1.0.post1',
  '>1.0b1',
  '~=1.0,!=1.0.*',
  '==1.0.*,>1.0',
  '>=2.0.dev0',
];
const SPECIFIERS = [...Array.from({ length: 22 }, () => ''), ...BOUNDS];
const MARKERS = [
  ...Array.from({ length: 9 }, () => ''),
  '; extra == "x" or sys_platform == "win32"',
  '; extra == "x" and (python_version in "3.10 3.11" or extra == "y")',
  '; extra != "x"',
  '; extra in "x y"',
  '; "x" == extra',
  '; extra == "X"',
  '; extra not in "x"',
  '; python_full_version >= "3.11.4"',
  '; platform_release >= "5"',
  '; platform_version == ""',
  '; "3.12" > python_version and os_name != "nt"',
  '; bogus == "1"',
];

const requirementText = (markers: readonly string[]): fc.Arbitrary<string> =>
  fc
    .record({
      name: fc.constantFrom(...NAMES),
      extras: fc.constantFrom('', '', '', '[x]', '[X,y]', '[x,y]', '[z]'),
      specifier: fc.constantFrom(...SPECIFIERS),
      marker: fc.constantFrom(...markers),
    })
    .map(({ name, extras, specifier, marker }) => `${name}${extras}${specifier}${marker}`);

const lines = fc.array(requirementText(MARKERS), { maxLength: 2 });

const KINDS = [
  'py3-none-any.whl',
  'py3-none-any.whl',
  '1-py3-none-any.whl',
  'cp311-cp311-manylinux_2_17_x86_64.whl',
  'cp312-cp312-manylinux_2_17_x86_64.whl',
  'py3-none-any-v3.whl',
  'py3-none-any-V4.whl',
  'cp311-abi3-linux_x86_64-v3.whl',
  'tar.gz',
] as const;
const HASHES = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];

const fileOf = (name: string, version: string): fc.Arbitrary<ReleaseFile> =>
  fc
    .record(
      {
        kind: fc.constantFrom(...KINDS),
        requires_python: fc.constantFrom(null, '>=3.8', '<3.11', 'garbage'),
        yanked: fc.boolean(),
        upload_time: fc.constantFrom('2020-01-01T00:00:00Z', '2022-01-01T00:00:00Z'),
        sha256: fc.constantFrom(...HASHES),
        requires_dist: lines,
      },
      { requiredKeys: ['kind'] },
    )
    .map(({ kind, ...rest }) => {
      const stem = `${name}-${version.replace('-', '.')}`;
      return { filename: kind === 'tar.gz' ? `${stem}.tar.gz` : `${stem}-${kind}`, ...rest };
    });

const releaseOf = (name: string): fc.Arbitrary<Release> =>
  fc.constantFrom(...VERSIONS).chain((version) =>
    fc
      .record({
        index: fc.constantFrom('pip', 'pip', 'other'),
        requires: fc.oneof({ weight: 12, arbitrary: lines }, { weight: 1, arbitrary: fc.constant(null) }),
        requires_python: fc.constantFrom(null, null, null, '>=3.8', '<3'),
        yanked: fc.constantFrom(false, false, false, true),
        files: fc.uniqueArray(fileOf(name, version), { maxLength: 2, selector: ({ filename }) => filename }),
      })
      .map(({ requires, ...rest }) => release(name, version, requires, rest)),
  );

const releasesOf = (name: string): fc.Arbitrary<readonly Release[]> =>
  fc.uniqueArray(releaseOf(name), {
    minLength: 3,
    maxLength: 5,
    size: 'max',
    selector: ({ version, index }) => `${version} ${index}`,
  });

const POLICIES: readonly Partial<SpacePolicy>[] = [
  {},
  {},
  { prereleases: 'allow' },
  { prereleases: 'disallow' },
  { allowSdists: true },
  { allowSdists: true, variants: 'all', prereleases: 'allow' },
  { excludeNewer: '2021-01-01T00:00:00Z' },
  { needsBuild: 'assume-no-dependencies' },
  { indexes: 'first', indexOrder: ['other', 'pip'], allowSdists: true },
  { variants: ['v3'] },
  { indexOf: { b: 'other' }, yanked: 'disallow' },
];
const ALTERNATIVES: readonly (readonly AlternativeDeclaration[])[] = [
  [],
  [],
  [],
  [{ project: 'a', by: ['b'] }],
  [
    {
      project: 'c',
      by: [
        { project: 'd', versions: '===1.0-1' },
        { project: 'c', index: 'other' },
      ],
    },
  ],
  [
    {
      project: 'b',
      by: [
        { project: 'c', versions: '==1.0', index: 'pip' },
        { project: 'd', versions: '>1.0' },
      ],
    },
  ],
];
const RULES: readonly (readonly RuleDeclaration[])[] = [
  [],
  [],
  [],
  [{ keep: ['a==1.0', 'a>1!0'] }],
  [{ drop: 'b===1.0-1' }],
  [{ reject: ['a', 'b==1.0+cpu'] }],
  [{ reject: ['a>1.0', 'c', 'd'] }, { reject: ['a>1.0', 'c', 'd'] }],
  [{ reject: 'c===1.0' }],
];
const ALLOWED: readonly AllowedHashes[] = [{}, {}, {}, { b: [HASHES[0]] }, { a: [HASHES[1]] }];

/** A request over at most 20 releases of four projects, all of which are known. */
export const cornerCase: fc.Arbitrary<SmallRequest> = fc
  .record({
    releases: fc.tuple(...NAMES.map(releasesOf)),
    roots: fc.array(requirementText(['', '', '; python_version < "3"', '; extra != "x"']), {
      minLength: 1,
      maxLength: 2,
    }),
    constraints: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(requirementText(['']), { maxLength: 1 }) },
    ),
    policy: fc.constantFrom(...POLICIES),
    alternatives: fc.constantFrom(...ALTERNATIVES),
    rules: fc.constantFrom(...RULES),
    hashes: fc.constantFrom(...ALLOWED),
    environment: fc.constantFrom(
      linux311,
      canonicalEnvironment({ python: '3.11', platform: 'musllinux_1_2_x86_64' }),
    ),
  })
  .map(({ releases, roots, constraints, hashes, ...rest }) => ({
    requirements: requirements(...roots),
    constraints: requirements(...constraints),
    lookup: withHashes(lookupOf(releases.flat(), NAMES), hashes),
    ...rest,
  }));
