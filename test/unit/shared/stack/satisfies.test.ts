import { describe, expect, it } from 'vitest';
import { canonicalEnvironment } from '../../../../shared/stack/environment.ts';
import type { ResolutionPolicy } from '../../../../shared/stack/policy.ts';
import type { Release } from '../../../../shared/stack/release.ts';
import { openOracle, satisfies } from '../../../../shared/stack/satisfies.ts';
import { makeStack, type StackPackage } from '../../../../shared/stack/stack.ts';
import { lookupOf, requirementsOf, sampleFile, sampleRelease } from '../../../support/sample-releases.ts';

const environment = canonicalEnvironment({ python: '3.11' });

interface Case {
  readonly pins: readonly string[];
  readonly wants: readonly string[];
  readonly world?: readonly Release[];
  readonly constraints?: readonly string[];
  readonly policy?: Partial<ResolutionPolicy>;
}

const world = [
  sampleRelease('app 1.0', {
    requires_dist: ['lib>=2', 'speed[fast]==1.0; extra == "quick"', 'win; sys_platform == "win32"'],
    provides_extra: ['quick'],
  }),
  sampleRelease('lib 1.0'),
  sampleRelease('lib 2.0', { requires_dist: ['app'] }),
  sampleRelease('lib 3.0a1'),
  sampleRelease('speed 1.0', { requires_dist: ['simd; extra == "fast"'] }),
  sampleRelease('simd 1.0'),
];

/** `name version` or `name[extra] version`. */
function pinOf(text: string): StackPackage {
  const [, name = '', extras, version = ''] = /^([\w-]+)(?:\[(.*)\])? (.*)$/.exec(text) ?? [];
  return { name, version, index: 'pip', ...(extras === undefined ? {} : { extras: extras.split(',') }) };
}

function violationsOf(input: Case): readonly string[] {
  const stack = makeStack({ environment, packages: input.pins.map(pinOf) });
  const request = {
    requirements: requirementsOf(...input.wants),
    constraints: requirementsOf(...(input.constraints ?? [])),
    releases: lookupOf(input.world ?? world),
    policy: input.policy,
  };
  const violations = satisfies({ stack, ...request });
  // An oracle that has seen each pin alone, and the whole stack on another target, says the same.
  const oracle = openOracle(request);
  for (const one of stack.packages) oracle(makeStack({ environment, packages: [one] }));
  oracle({ ...stack, environment: canonicalEnvironment({ python: '3.9', platform: 'linux_aarch64' }) });
  expect([oracle(stack), oracle(stack)]).toEqual([violations, violations]);
  return violations.map(({ kind, package: name, by }) => `${kind} ${name} by ${by}`);
}

describe('satisfies', () => {
  it.each<[string, Case]>([
    ['a closure with a cycle', { pins: ['app 1.0', 'lib 2.0'], wants: ['app'] }],
    [
      'extras that ask for extras',
      { pins: ['app[quick] 1.0', 'lib 2.0', 'simd 1.0', 'speed[fast] 1.0'], wants: ['app[quick]'] },
    ],
    ['a line that does not apply', { pins: ['lib 1.0'], wants: ['lib<2', 'win; sys_platform == "win32"'] }],
    ['a pre-release that the request names', { pins: ['lib 3.0a1'], wants: ['lib>=3.0a1'] }],
    [
      'a pre-release that a constraint names',
      { pins: ['lib 3.0a1'], wants: ['lib'], constraints: ['lib==3.0a1'] },
    ],
    [
      'a pre-release that the policy allows',
      { pins: ['lib 3.0a1'], wants: ['lib'], policy: { prereleasesOf: { lib: 'allow' } } },
    ],
    [
      'a pre-release where there is nothing else',
      { pins: ['new 1.0b1'], wants: ['new'], world: [sampleRelease('new 1.0b1')] },
    ],
    ['nothing at all', { pins: [], wants: [] }],
  ])('finds nothing wrong with %s', (_name, input) => {
    expect(violationsOf(input)).toEqual([]);
  });

  it.each<[string, Case]>([
    ['missing-package lib by app 1.0', { pins: ['app 1.0'], wants: ['app'] }],
    ['unmet-requirement lib by app 1.0', { pins: ['app 1.0', 'lib 1.0'], wants: ['app'] }],
    ['unmet-requirement lib by the request', { pins: ['lib 1.0'], wants: ['lib>1'] }],
    ['unreachable-package simd by the request', { pins: ['lib 1.0', 'simd 1.0'], wants: ['lib==1.0'] }],
    [
      'unmet-constraint lib by a constraint',
      { pins: ['lib 1.0'], wants: ['lib'], constraints: ['lib<1', 'simd<1'] },
    ],
    ['missing-extra lib by the request', { pins: ['lib 1.0'], wants: ['lib[x]<2'] }],
    ['superfluous-extra lib by the request', { pins: ['lib[x] 1.0'], wants: ['lib<2'] }],
    ['url-requirement lib by the request', { pins: ['lib 1.0'], wants: ['lib @ file:///lib.whl'] }],
    ['prerelease lib by the policy', { pins: ['lib 3.0a1'], wants: ['lib'] }],
    [
      'prerelease lib by the policy',
      { pins: ['lib 3.0a1'], wants: ['lib==3.0a1'], policy: { prereleases: 'disallow' } },
    ],
    ['unknown-project ghost by the knowledge base', { pins: ['ghost 1.0'], wants: ['ghost'] }],
    ['unknown-release lib by the knowledge base', { pins: ['lib 9.0'], wants: ['lib'] }],
    [
      'unknown-index lib by the knowledge base',
      { pins: ['lib 1.0'], wants: ['lib'], world: [sampleRelease('lib 1.0', { index: 'other' })] },
    ],
    [
      'unknown-metadata lib by lib 1.0',
      { pins: ['lib 1.0'], wants: ['lib'], world: [sampleRelease('lib 1.0', { requires_dist: null })] },
    ],
    [
      'invalid-metadata lib by lib 1.0',
      { pins: ['lib 1.0'], wants: ['lib'], world: [sampleRelease('lib 1.0', { requires_dist: ['a b c'] })] },
    ],
    [
      'invalid-metadata lib by lib 1.0',
      {
        pins: ['lib 1.0'],
        wants: ['lib'],
        world: [sampleRelease('lib 1.0', { requires_dist: ['a; gpu == "1"'] })],
      },
    ],
    [
      'wrong-python lib by the environment',
      { pins: ['lib 1.0'], wants: ['lib'], world: [sampleRelease('lib 1.0', { requires_python: '>=3.12' })] },
    ],
    [
      'no-installable-file lib by the environment',
      {
        pins: ['lib 1.0'],
        wants: ['lib'],
        world: [sampleRelease('lib 1.0', { files: [sampleFile('lib-1.0.tar.gz')] })],
      },
    ],
    [
      'no-installable-file lib by the environment',
      {
        pins: ['lib 1.0'],
        wants: ['lib'],
        world: [
          sampleRelease('lib 1.0', {
            files: [sampleFile('lib-1.0.tar.gz'), sampleFile('lib-1.0-py2-none-any.whl')],
          }),
        ],
      },
    ],
    [
      'yanked lib by the policy',
      { pins: ['lib 1.0'], wants: ['lib<2'], world: [sampleRelease('lib 1.0', { yanked: true })] },
    ],
    [
      'yanked lib by the policy',
      {
        pins: ['lib 1.0'],
        wants: ['lib==1.0'],
        world: [sampleRelease('lib 1.0', { yanked: true })],
        policy: { yanked: 'disallow' },
      },
    ],
    [
      'too-new lib by the policy',
      { pins: ['lib 1.0'], wants: ['lib<2'], policy: { excludeNewer: '2026-01-01T00:00:00Z' } },
    ],
  ])('%s', (violation, input) => {
    expect(violationsOf(input)).toEqual([violation]);
  });

  it('lets a yanked release in that the request pins, and one without known requirements when the policy says so', () => {
    const yanked = [sampleRelease('lib 1.0', { yanked: true })];
    expect(violationsOf({ pins: ['lib 1.0'], wants: ['lib==1.0'], world: yanked })).toEqual([]);
    const opaque = [sampleRelease('lib 1.0', { requires_dist: null })];
    expect(
      violationsOf({
        pins: ['lib 1.0'],
        wants: ['lib'],
        world: opaque,
        policy: { needsBuild: 'assume-no-dependencies' },
      }),
    ).toEqual([]);
  });

  it('reads === against the spelling of the index', () => {
    const spelled = [sampleRelease('lib v1.0')];
    expect(violationsOf({ pins: ['lib 1.0'], wants: ['lib===V1.0'], world: spelled })).toEqual([]);
    expect(violationsOf({ pins: ['lib 1.0'], wants: ['lib===1.0'], world: spelled })).toEqual([
      'unmet-requirement lib by the request',
    ]);
    // So it does where it lets a yanked release in, and where it says what may stand for another project.
    const yanked = [sampleRelease('lib v1.0', { yanked: true })];
    expect(violationsOf({ pins: ['lib 1.0'], wants: ['lib===v1.0'], world: yanked })).toEqual([]);
    const standIn = satisfies({
      stack: makeStack({ environment, packages: [pinOf('lib 1.0')] }),
      requirements: requirementsOf('app'),
      releases: lookupOf(spelled),
      alternatives: [{ project: 'app', by: [{ project: 'lib', versions: '===v1.0' }] }],
    });
    expect(standIn).toEqual([]);
  });

  it('takes dependencies from the file that would be installed', () => {
    const file = sampleFile('lib-1.0-py3-none-any.whl', { requires_dist: ['simd'] });
    const two = [sampleRelease('lib 1.0', { files: [file] }), sampleRelease('simd 1.0')];
    expect(violationsOf({ pins: ['lib 1.0'], wants: ['lib'], world: two })).toEqual([
      'missing-package simd by lib 1.0',
    ]);
  });

  it('tells what is wrong in a sentence', () => {
    const stack = makeStack({ environment, packages: [pinOf('app 1.0'), pinOf('lib 1.0')] });
    const [violation] = satisfies({ stack, requirements: requirementsOf('app'), releases: lookupOf(world) });
    expect(violation?.text).toBe('app 1.0 requires lib>=2, but the stack has lib 1.0.');
  });

  it('refuses a stack that is not in its one form', () => {
    const { stack_id } = makeStack({ environment, packages: [] });
    const kindsOf = (packages: readonly StackPackage[]): readonly string[] =>
      satisfies({
        stack: { stack_id, environment, packages },
        requirements: [],
        releases: lookupOf(world),
      }).map(({ kind }) => kind);
    expect(kindsOf([pinOf('lib 1.0'), pinOf('app 1.0')])).toEqual(['unsorted-packages']);
    expect(kindsOf([pinOf('lib 1.0'), pinOf('lib 2.0')])).toEqual(['duplicate-package']);
    expect(kindsOf([{ ...pinOf('lib 1.0'), name: 'Lib' }])).toEqual(['wrong-spelling']);
    expect(kindsOf([pinOf('lib v1.0')])).toEqual(['wrong-spelling']);
    expect(kindsOf([pinOf('lib[b,a] 1.0')])).toEqual(['wrong-spelling']);
  });
});
