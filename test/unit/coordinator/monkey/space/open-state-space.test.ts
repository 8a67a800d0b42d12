import { describe, expect, it } from 'vitest';
import { describeSpace, formatSpace } from '../../../../../coordinator/monkey/describe-space.ts';
import {
  openStateSpace,
  type StateSpaceInput,
} from '../../../../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../../../../coordinator/monkey/space/state-space.ts';
import { latest } from '../../../../../coordinator/monkey/strategies/latest.ts';
import { canonicalEnvironment } from '../../../../../shared/stack/environment.ts';
import type { Release, ReleaseFile } from '../../../../../shared/stack/release.ts';
import {
  linux311,
  lookupOf,
  release,
  requirements,
  stackLine,
} from '../../../../support/monkey/knowledge.ts';

function open(
  roots: readonly string[],
  releases: readonly Release[],
  rest: Partial<StateSpaceInput> = {},
): StateSpace {
  return openStateSpace({
    requirements: requirements(...roots),
    lookup: lookupOf(releases),
    environment: linux311,
    ...rest,
  });
}

/** All stacks, newest first. */
function stacks(space: StateSpace): readonly string[] {
  const stream = latest.open(space, { seed: '' });
  const lines: string[] = [];
  for (let stack = stream.next(); stack !== null; stack = stream.next()) {
    lines.push(stackLine(stack));
  }
  return lines;
}

function reasons(space: StateSpace): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    describeSpace(space).excluded.map(({ reason }) => [
      reason,
      space.excluded.filter((each) => each.reason === reason).map((each) => `${each.name} ${each.version}`),
    ]),
  );
}

const wheel = (tags: string, rest: Partial<ReleaseFile> = {}): ReleaseFile => ({
  filename: `a-1.0-${tags}.whl`,
  ...rest,
});

describe('candidates', () => {
  it('are sorted newest first, equal versions by the order of the indexes', () => {
    const space = open(
      ['a'],
      [
        release('a', '1.0', [], { index: 'zoo' }),
        release('a', '1.10'),
        release('a', '1.0'),
        release('a', '1.9'),
      ],
      { policy: { indexOrder: ['zoo'] } },
    );
    expect(stacks(space)).toEqual(['a==1.10', 'a==1.9', 'a==1.0@zoo', 'a==1.0']);
  });

  it('are those that can be installed on the target, and the others are counted by reason', () => {
    const cp311 = wheel('cp311-cp311-manylinux_2_17_x86_64');
    const space = open(
      ['a'],
      [
        release('a', '1.0', [], { files: [cp311] }),
        release('a', '1.1', [], { files: [wheel('cp310-cp310-manylinux_2_17_x86_64')] }),
        release('a', '1.2', [], { files: [{ filename: 'a-1.2.tar.gz' }] }),
        release('a', '1.3', [], { files: [{ ...cp311, requires_python: '<3.11' }] }),
        release('a', '1.4', [], { requires_python: '>=3.12' }),
        release('a', '1.5', [], { files: [{ ...cp311, yanked: true }] }),
        release('a', '1.6', null),
        release('a', '1.7', ['==']),
        release('a', '1.8', ['b @ https://example.org/b.zip']),
        release('a', '2.0rc1'),
        release('a', 'latest'),
        release('a', '1.0.0+local', []),
        release('a', 'v1.0', [], { files: [cp311] }),
      ],
    );
    expect(stacks(space)).toEqual(['a==1.0.0+local', 'a==1.0']);
    expect(reasons(space)).toEqual({
      'not-a-version': ['a latest'],
      duplicate: ['a v1.0'],
      'pre-release': ['a 2.0rc1'],
      yanked: ['a 1.5'],
      python: ['a 1.3', 'a 1.4'],
      'no-installable-file': ['a 1.1', 'a 1.2'],
      'unknown-metadata': ['a 1.6'],
      'invalid-metadata': ['a 1.7'],
      'url-requirement': ['a 1.8'],
    });
  });

  it('offers no spelling of a version that a pin of it does not mean, though the meant one is ruled out', () => {
    const spelt = [
      release('a', '1.0-1', ['b']),
      release('a', '1.0.post1', [], { yanked: true }),
      release('a', '0.9'),
      release('b', '1.0'),
    ];
    const space = open(['a'], spelt);
    expect(stacks(space)).toEqual(['a==0.9']);
    expect(reasons(space)).toEqual({ duplicate: ['a 1.0-1'], yanked: ['a 1.0.post1'] });
    expect(
      stacks(
        open(
          ['a>=1'],
          spelt.map((each) => ({ ...each, yanked: false })),
        ),
      ),
    ).toEqual(['a==1.0.post1']);
  });

  it('may be of a project or an index that is called as something that every object has', () => {
    const odd = [
      release('constructor', '1.0rc1'),
      release('constructor', '0.9rc1', [], { index: 'constructor' }),
    ];
    const space = open(['constructor'], odd);
    expect(stacks(space)).toEqual(['constructor==1.0rc1', 'constructor==0.9rc1@constructor']);
    expect(space.excluded).toEqual([]);
  });

  it('are older than the cutoff', () => {
    const at = (upload_time: string): Partial<Release> => ({
      files: [wheel('py3-none-any', { upload_time })],
    });
    const space = open(
      ['a'],
      [
        release('a', '1.0', [], at('2024-01-01T00:00:00Z')),
        release('a', '2.0', [], at('2024-06-01T00:00:00Z')),
      ],
      { policy: { excludeNewer: '2024-03-01T00:00:00Z' } },
    );
    expect(stacks(space)).toEqual(['a==1.0']);
    expect(reasons(space)).toEqual({ 'too-new': ['a 2.0'] });
  });

  it('may be yanked when a root pins them, and pre-releases when a root names one', () => {
    const releases = [release('a', '1.0'), release('a', '1.1', [], { yanked: true }), release('a', '2.0rc1')];
    expect(stacks(open(['a'], releases))).toEqual(['a==1.0']);
    expect(stacks(open(['a==1.1'], releases))).toEqual(['a==1.1']);
    expect(stacks(open(['a>=2.0rc1'], releases))).toEqual(['a==2.0rc1']);
    expect(stacks(open(['a'], releases, { policy: { prereleases: 'allow' } }))).toEqual([
      'a==2.0rc1',
      'a==1.0',
    ]);
  });

  it('may be pre-releases where a project has nothing else', () => {
    expect(stacks(open(['a'], [release('a', '1.0b1'), release('a', '1.0b2')]))).toEqual([
      'a==1.0b2',
      'a==1.0b1',
    ]);
  });

  it('have the requirements of the file that would be installed', () => {
    const files = [
      wheel('cp311-cp311-manylinux_2_17_x86_64', { requires_dist: ['b'] }),
      wheel('py3-none-any', { requires_dist: ['c'] }),
    ];
    const releases = [release('a', '1.0', ['d'], { files }), release('b', '1.0'), release('c', '1.0')];
    expect(stacks(open(['a'], releases))).toEqual(['a==1.0 b==1.0']);
    const musl = canonicalEnvironment({ python: '3.11', platform: 'musllinux_1_2_x86_64' });
    expect(stacks(open(['a'], releases, { environment: musl }))).toEqual(['a==1.0 c==1.0']);
  });

  it('come from the index that the policy chooses', () => {
    const releases = [release('a', '1.0', [], { index: 'one' }), release('a', '2.0', [], { index: 'two' })];
    const policy = { indexOrder: ['one', 'two'], indexes: 'first' as const };
    expect(stacks(open(['a'], releases, { policy }))).toEqual(['a==1.0@one']);
    expect(stacks(open(['a'], releases, { policy: { ...policy, indexOf: { a: 'two' } } }))).toEqual([
      'a==2.0@two',
    ]);
  });
});

describe('extras', () => {
  const releases = [
    release('a', '2.0', ['b[fast]; extra == "all"']),
    release('a', '1.0', ['b>=2; extra == "all"']),
    release('b', '2.0', ['c; extra == "fast"']),
    release('b', '1.0', ['c @ https://example.org/c.zip ; extra == "fast"']),
    release('c', '1.0'),
  ];

  it('bring their requirements, and go through other extras', () => {
    expect(stacks(open(['a[all]'], releases))).toEqual([
      'a[all]==2.0 b[fast]==2.0 c==1.0',
      'a[all]==1.0 b==2.0',
    ]);
  });

  it('that require a URL rule out the candidate only where they are asked for', () => {
    expect(stacks(open(['b'], releases))).toEqual(['b==2.0', 'b==1.0']);
    expect(stacks(open(['b[fast]'], releases))).toEqual(['b[fast]==2.0 c==1.0']);
  });

  it('that a release does not have bring nothing', () => {
    expect(stacks(open(['c[nothing]'], releases))).toEqual(['c[nothing]==1.0']);
  });
});

describe('a request', () => {
  it('may go in circles, and may ask for itself', () => {
    const releases = [
      release('a', '1.0', ['b', 'a[more]']),
      release('b', '1.0', ['a']),
      release('b', '2.0', ['a<1']),
    ];
    expect(stacks(open(['b'], releases))).toEqual(['a[more]==1.0 b==1.0']);
  });

  it('is bounded by constraints that make nothing required', () => {
    const releases = [release('a', '1.0'), release('a', '2.0'), release('b', '1.0')];
    const constraints = requirements('a<2', 'b');
    expect(stacks(open(['a'], releases, { constraints }))).toEqual(['a==1.0']);
  });

  it('that names a project the knowledge lacks is refused with the command to run', () => {
    const releases = [release('a', '1.0', ['unheard-of']), release('a', '2.0', ['b']), release('b', '1.0')];
    expect(() => open(['a', 'b'], releases)).toThrow(
      expect.objectContaining({
        code: 'TROOP-1901',
        facts: { name: 'unheard-of', names: 'unheard-of' },
      }),
    );
    const space = open(['a'], releases, { policy: { missing: 'assume' } });
    expect(stacks(space)).toEqual(['a==2.0 b==1.0', 'a==1.0 unheard-of==0+assumed@assumed']);
    expect(space.assumed).toEqual(['unheard-of']);
  });

  it('does not mind a missing project that no stack can have', () => {
    const releases = [release('a', '1.0', ['unheard-of', 'b>1']), release('a', '2.0'), release('b', '1.0')];
    expect(stacks(open(['a', 'b'], releases))).toEqual(['a==2.0 b==1.0']);
  });

  it('that names a URL is refused', () => {
    expect(() => open(['a @ https://example.org/a.zip'], [])).toThrow(
      expect.objectContaining({ code: 'TROOP-1902' }),
    );
  });

  it('without a line is refused', () => {
    expect(() => open([], [])).toThrow(expect.objectContaining({ code: 'TROOP-1903' }));
  });

  it('that contradicts itself gives a space that says so', () => {
    const space = open(['a>1', 'a<2'], [release('a', '1.0'), release('a', '2.0')]);
    expect(stacks(space)).toEqual([]);
    expect(describeSpace(space).packages).toBe(0);
    expect(describeSpace(space).conflict).toContain('candidate of a ');
  });
});

describe('the description of a space', () => {
  it('has its size and what was left out, for machines and for people', () => {
    const space = open(
      ['a'],
      [
        release('a', '1.0', ['b; extra == "x"', 'c']),
        release('a', '2.0', ['c']),
        release('c', '1.0'),
        release('c', '2.0a1'),
      ],
    );
    const description = describeSpace(space);
    expect(description).toMatchObject({ packages: 2, requiredPackages: 2, candidates: 3, seenPackages: 2 });
    expect(description.dimensions).toEqual([
      { name: 'a', standIns: [], candidates: 2, newest: '2.0', oldest: '1.0', isRequired: true },
      { name: 'c', standIns: [], candidates: 1, newest: '1.0', oldest: '1.0', isRequired: true },
    ]);
    expect(formatSpace(description).split('\n')).toEqual([
      '2 packages (2 in every stack) with 3 candidates; at most 10^0.3 stacks.',
      'Looked at 2 projects with 3 candidates.',
      'Left out 1 release: pre-releases (c).',
    ]);
  });
});
