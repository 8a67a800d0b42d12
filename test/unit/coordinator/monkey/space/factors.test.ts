// What a campaign may vary beside versions: indexes, variants, and projects that stand for one another.
import { describe, expect, it } from 'vitest';
import { countSpace } from '../../../../../coordinator/monkey/count-space.ts';
import { describeSpace } from '../../../../../coordinator/monkey/describe-space.ts';
import { explainSpace } from '../../../../../coordinator/monkey/explain/explain-space.ts';
import {
  openStateSpace,
  type StateSpaceInput,
} from '../../../../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../../../../coordinator/monkey/space/state-space.ts';
import { strategyNamed } from '../../../../../coordinator/monkey/strategies/registry.ts';
import type { Release } from '../../../../../shared/stack/release.ts';
import { satisfies } from '../../../../../shared/stack/satisfies.ts';
import { lockStack, type Stack } from '../../../../../shared/stack/stack.ts';
import {
  linux311,
  lookupOf,
  release,
  requirements,
  stackLine,
} from '../../../../support/monkey/knowledge.ts';
import { troopErrorOf } from '../../../../support/troop-error-of.ts';

type Options = Omit<Partial<StateSpaceInput>, 'requirements' | 'lookup'>;

function open(roots: readonly string[], releases: readonly Release[], options: Options = {}): StateSpace {
  return openStateSpace({
    requirements: requirements(...roots),
    lookup: lookupOf(releases),
    environment: linux311,
    ...options,
  });
}

function stacksOf(space: StateSpace): readonly Stack[] {
  const stream = strategyNamed('all').open(space, { seed: '' });
  const stacks: Stack[] = [];
  for (let stack = stream.next(); stack !== null; stack = stream.next()) stacks.push(stack);
  const { lookup, requirements: asked, constraints, policy, alternatives } = space;
  for (const stack of stacks) {
    const declared = alternatives.groups.map(({ head, members }) => ({
      project: head,
      by: members.slice(1).map(({ project, index }) => ({ project, ...(index === null ? {} : { index }) })),
    }));
    const request = { stack, requirements: asked, constraints, releases: lookup, policy };
    expect(satisfies({ ...request, alternatives: declared })).toEqual([]);
  }
  expect(countSpace(space).figures.count).toBe(String(stacks.length));
  return stacks;
}

const linesOf = (space: StateSpace): readonly string[] => stacksOf(space).map(stackLine);

describe('several indexes', () => {
  const releases = [
    release('torch', '2.0', ['numpy']),
    release('torch', '2.0', ['numpy'], { index: 'avx2' }),
    release('numpy', '1.0'),
    release('numpy', '1.0', [], { index: 'avx2' }),
  ];

  it('are a factor: one version of two indexes is two candidates, and two stacks', () => {
    const space = open(['torch'], releases);
    const stacks = stacksOf(space);
    expect(stacks.map(stackLine).toSorted()).toEqual([
      'numpy==1.0 torch==2.0',
      'numpy==1.0 torch==2.0@avx2',
      'numpy==1.0@avx2 torch==2.0',
      'numpy==1.0@avx2 torch==2.0@avx2',
    ]);
    expect(new Set(stacks.map((stack) => stack.stack_id)).size).toBe(4);
  });

  it('are a policy for each project: pinned, the first that has it, or all', () => {
    const indexOrder = ['avx2', 'pip'];
    expect(linesOf(open(['torch'], releases, { policy: { indexOrder, indexes: 'first' } }))).toEqual([
      'numpy==1.0@avx2 torch==2.0@avx2',
    ]);
    const mixed = { indexOrder, indexes: 'first', indexesOf: { torch: 'all' } } as const;
    expect(linesOf(open(['torch'], releases, { policy: mixed }))).toEqual([
      'numpy==1.0@avx2 torch==2.0@avx2',
      'numpy==1.0@avx2 torch==2.0',
    ]);
    const pinned = open(['torch'], releases, { policy: { indexOrder, indexOf: { numpy: 'pip' } } });
    expect(linesOf(pinned)).toEqual(['numpy==1.0 torch==2.0@avx2', 'numpy==1.0 torch==2.0']);
    expect(describeSpace(pinned).excluded).toEqual([
      { reason: 'other-index', releases: 1, projects: ['numpy'] },
    ]);
  });
});

describe('variants', () => {
  const file = (filename: string, sha256: string, requires?: readonly string[]) => ({
    filename,
    sha256: sha256.repeat(64),
    ...(requires === undefined ? {} : { requires_dist: requires }),
  });
  const releases = [
    release('torch', '2.0', [], {
      files: [
        file('torch-2.0-cp311-cp311-manylinux_2_17_x86_64.whl', 'a'),
        file('torch-2.0-cp311-cp311-manylinux_2_17_x86_64-x86_64_v3.whl', 'b', ['kernels']),
        file('torch-2.0-cp311-cp311-manylinux_2_17_x86_64-cu121.whl', 'c'),
        file('torch-2.0-cp311-cp311-macosx_14_0_arm64-metal.whl', 'd'),
      ],
    }),
    release('kernels', '1.0'),
  ];

  it('are no candidates by default, and counted as left out where the target could install them', () => {
    const space = open(['torch'], releases);
    expect(linesOf(space)).toEqual(['torch==2.0']);
    expect(space.excluded.map(({ variant, reason }) => [variant, reason])).toEqual([
      ['cu121', 'variant'],
      ['x86_64_v3', 'variant'],
    ]);
  });

  it('are stacks of their own, with the requirements of their own file, where the policy takes them', () => {
    const all = open(['torch'], releases, { policy: { variants: 'all' } });
    const stacks = stacksOf(all);
    expect(stacks.map(stackLine)).toEqual([
      'torch==2.0',
      'torch==2.0~cu121',
      'kernels==1.0 torch==2.0~x86_64_v3',
    ]);
    expect(new Set(stacks.map((stack) => stack.stack_id)).size).toBe(3);
    expect(linesOf(open(['torch'], releases, { policy: { variants: ['cu121'] } }))).toEqual([
      'torch==2.0',
      'torch==2.0~cu121',
    ]);
  });

  it('are locked to exactly their file', () => {
    const stacks = stacksOf(open(['torch'], releases, { policy: { variants: 'all' } }));
    const hashes = stacks.map((stack) => {
      const torch = lockStack(stack, lookupOf(releases)).packages.find(({ name }) => name === 'torch');
      return torch?.files.map(({ sha256 }) => sha256?.[0]);
    });
    expect(hashes).toEqual([['a'], ['c'], ['b']]);
  });

  it('are refused by the oracle where the policy does not take them, or where there is no such build', () => {
    const [, cuda] = stacksOf(open(['torch'], releases, { policy: { variants: 'all' } })) as [Stack, Stack];
    const check = { stack: cuda, requirements: requirements('torch'), releases: lookupOf(releases) };
    expect(satisfies(check).map(({ kind }) => kind)).toEqual(['variant']);
    const metal = { ...cuda, packages: [{ name: 'torch', version: '2.0', index: 'pip', variant: 'metal' }] };
    const policy = { variants: 'all' } as const;
    expect(satisfies({ ...check, stack: metal, policy }).map(({ kind }) => kind)).toEqual([
      'no-installable-file',
    ]);
  });
});

describe('alternatives', () => {
  const alternatives = [{ project: 'flow', by: ['flow-cpu', { project: 'flow', index: 'avx2' }] }];
  const releases = [
    release('app', '1.0', ['flow>=2', 'plugin']),
    release('plugin', '1.0', ['flow[io]']),
    release('flow', '1.0'),
    release('flow', '2.0', ['io; extra == "io"']),
    release('flow', '2.1', [], { index: 'avx2' }),
    release('flow-cpu', '2.0', ['slim', 'io<2; extra == "io"']),
    release('flow-cpu', '1.5'),
    release('slim', '1.0'),
    release('io', '1.0'),
    release('io', '2.0'),
  ];
  const policy = { indexOf: { flow: 'pip' } };

  it('meet requirements on the head, whoever has them, and bring their own requirements and extras', () => {
    expect(linesOf(open(['app'], releases, { alternatives, policy })).toSorted()).toEqual([
      'app==1.0 flow-cpu[io]==2.0 io==1.0 plugin==1.0 slim==1.0',
      'app==1.0 flow[io]==2.0 io==1.0 plugin==1.0',
      'app==1.0 flow[io]==2.0 io==2.0 plugin==1.0',
      'app==1.0 flow[io]==2.1@avx2 plugin==1.0',
    ]);
  });

  it('are met themselves by nobody else, and never two in one stack', () => {
    expect(linesOf(open(['app', 'flow-cpu'], releases, { alternatives, policy }))).toEqual([
      'app==1.0 flow-cpu[io]==2.0 io==1.0 plugin==1.0 slim==1.0',
    ]);
    const both = [...releases, release('flow-gpu', '2.0')];
    const three = [{ project: 'flow', by: ['flow-cpu', 'flow-gpu'] }];
    const space = open(['flow-cpu', 'flow-gpu'], both, { alternatives: three });
    expect(space.conflict).not.toBeNull();
    expect(explainSpace(space).sentences).toEqual([
      'Because the request asks for flow-gpu, and the request asks for flow-cpu, no stack satisfies the request.',
    ]);
  });

  it('are bounded by constraints on the head as on themselves', () => {
    const bounded = (constraint: string): readonly string[] =>
      linesOf(open(['flow'], releases, { alternatives, policy, constraints: requirements(constraint) }));
    expect(bounded('flow<2')).toEqual(['flow-cpu==1.5', 'flow==1.0']);
    expect(bounded('flow-cpu<2')).not.toContain('flow-cpu==2.0 slim==1.0');
    expect(bounded('flow-cpu<2')).toContain('flow==2.0');
  });

  it('may be held to versions, and must be known, each by its own name', () => {
    const old = [{ project: 'flow', by: [{ project: 'flow-cpu', versions: '<2' }] }];
    expect(linesOf(open(['flow'], releases, { alternatives: old, policy }))).toEqual([
      'flow==2.0',
      'flow-cpu==1.5',
      'flow==1.0',
    ]);
    const unknown = [{ project: 'flow', by: ['flow-tpu'] }];
    const error = troopErrorOf(() => open(['flow'], releases, { alternatives: unknown, policy }));
    expect(error).toMatchObject({ code: 'TROOP-1901', facts: { name: 'flow-tpu' } });
    const assumed = open(['flow'], releases, {
      alternatives: unknown,
      policy: { ...policy, missing: 'assume' },
    });
    expect(assumed.assumed).toEqual(['flow-tpu']);
  });

  it('give a stack that names which project stands for which, so that nobody misses the other', () => {
    const space = open(['flow'], releases, { alternatives, policy });
    const stacks = stacksOf(space);
    const standIns = stacks.map((stack) => space.alternatives.standInsOf(stack));
    expect(standIns).toContainEqual({ flow: 'flow-cpu' });
    expect(standIns).toContainEqual({});
  });

  it('cannot be in two groups', () => {
    const twice = [
      { project: 'flow', by: ['flow-cpu'] },
      { project: 'app', by: ['flow-cpu'] },
    ];
    expect(troopErrorOf(() => open(['flow'], releases, { alternatives: twice })).code).toBe('TROOP-1940');
  });
});

describe('what is not known', () => {
  it('is an error that names the project and how to learn it, or one assumed release', () => {
    const releases = [release('app', '1.0', ['lost', 'gone'])];
    const error = troopErrorOf(() => open(['app'], releases));
    expect(error).toMatchObject({ code: 'TROOP-1901', facts: { name: 'gone', names: 'gone lost' } });
    expect(error.hint).toContain('troop knowledge sync gone lost');
    const space = open(['app'], releases, { policy: { missing: 'assume' } });
    expect(space.assumed).toEqual(['gone', 'lost']);
    expect(countSpace(space).figures.count).toBe('1');
  });

  it('rules candidates out by name and number, never in silence', () => {
    const releases = [
      release('app', '1.0', ['lib']),
      release('lib', '1.0', null),
      release('lib', '2.0', null),
      release('lib', '3.0', []),
    ];
    const { excluded } = describeSpace(open(['app'], releases));
    expect(excluded).toEqual([{ reason: 'unknown-metadata', releases: 2, projects: ['lib'] }]);
  });
});
