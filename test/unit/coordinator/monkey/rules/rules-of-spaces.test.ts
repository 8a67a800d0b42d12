// What rules do to spaces beyond what every kind promises: holding to a stack, rejecting combinations, scores, lanes.
import { describe, expect, it } from 'vitest';
import { countSpace } from '../../../../../coordinator/monkey/count-space.ts';
import { describeSpace, formatSpace } from '../../../../../coordinator/monkey/describe-space.ts';
import { explainSpace } from '../../../../../coordinator/monkey/explain/explain-space.ts';
import type { RuleDeclaration } from '../../../../../coordinator/monkey/rules/declaration.ts';
import { lanesExcluding, rulesForLanes } from '../../../../../coordinator/monkey/rules/lane-rules.ts';
import { readRule } from '../../../../../coordinator/monkey/rules/read-rules.ts';
import {
  openStateSpace,
  type StateSpaceInput,
} from '../../../../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../../../../coordinator/monkey/space/state-space.ts';
import { strategyNamed } from '../../../../../coordinator/monkey/strategies/registry.ts';
import { canonicalEnvironment } from '../../../../../shared/stack/environment.ts';
import {
  linux311,
  lookupOf,
  release,
  requirements,
  stackLine,
} from '../../../../support/monkey/knowledge.ts';
import { pigeonhole } from '../../../../support/monkey/pigeonhole.ts';
import { troopErrorOf } from '../../../../support/troop-error-of.ts';

const versions = ['1.0', '2.0', '3.0'];
const lookup = lookupOf([
  ...versions.map((version) => release('numpy', version)),
  release('scipy', '1.0', ['numpy<3']),
  release('scipy', '2.0', ['numpy']),
  release('scipy', '3.0', ['numpy>=2']),
  ...versions.map((version) => release('plots', version, ['numpy', 'ink; python_version < "3.12"'])),
  ...versions.map((version) => release('ink', version)),
  release('opt', '1.0', ['left', 'right']),
  release('opt', '2.0', ['left']),
  release('opt', '3.0'),
  ...versions.map((version) => release('left', version)),
  ...versions.map((version) => release('right', version)),
]);

function open(
  roots: readonly string[],
  rules: readonly RuleDeclaration[],
  rest: Partial<StateSpaceInput> = {},
): StateSpace {
  return openStateSpace({
    requirements: requirements(...roots),
    lookup,
    environment: linux311,
    rules,
    ...rest,
  });
}

function linesOf(space: StateSpace): readonly string[] {
  const stream = strategyNamed('all').open(space, { seed: '' });
  const lines: string[] = [];
  for (let stack = stream.next(); stack !== null; stack = stream.next()) lines.push(stackLine(stack));
  expect(countSpace(space).figures.count).toBe(String(lines.length));
  return lines;
}

describe('holding to a stack', () => {
  it('varies the named projects alone', () => {
    expect(linesOf(open(['scipy', 'plots'], [{ vary: 'plots' }]))).toEqual([
      'ink==3.0 numpy==3.0 plots==3.0 scipy==3.0',
      'ink==3.0 numpy==3.0 plots==2.0 scipy==3.0',
      'ink==3.0 numpy==3.0 plots==1.0 scipy==3.0',
    ]);
  });

  it('lets the others give way where a varied version allows no such stack, and no further', () => {
    expect(linesOf(open(['scipy', 'numpy'], [{ vary: 'numpy' }])).toSorted()).toEqual([
      'numpy==1.0 scipy==2.0',
      'numpy==2.0 scipy==2.0',
      'numpy==2.0 scipy==3.0',
      'numpy==3.0 scipy==2.0',
      'numpy==3.0 scipy==3.0',
    ]);
  });

  it.each([
    ['shows at once', ['tail<2']],
    ['no propagation shows', []],
  ])('keeps a varied version that no stack of the reference has where that %s', (_, more) => {
    // The first version of `core` needs an old `mode`, which shows behind twelve choices that have nothing to do with that.
    const free = Array.from({ length: 12 }, (__, index) => `free${index}`);
    const late = pigeonhole('late', 3, 2);
    const names = [...new Set(late.map(({ name }) => name))];
    const world = lookupOf([
      release('core', '1.0', names),
      release('core', '2.0'),
      ...['mode', 'tail', ...free].flatMap((name) => [release(name, '1.0'), release(name, '2.0')]),
      ...late.map((each) => ({ ...each, requires_dist: [...(each.requires_dist ?? []), ...more] })),
      ...names.map((name) => release(name, '9.0', ['mode<2'])),
    ]);
    const lines = linesOf(open(['mode', ...free, 'tail', 'core'], [{ vary: 'core' }], { lookup: world }));
    const cores = new Set(lines.map((line) => line.split(' ')[0]));
    expect(cores).toEqual(new Set(['core==2.0', 'core==1.0']));
  });

  it('holds to the stack that is given, or to the newest', () => {
    const reference = [
      { name: 'scipy', version: '2.0', index: 'pip' },
      { name: 'numpy', version: '2.0', index: 'pip' },
    ];
    const given = linesOf(open(['scipy'], [{ hold: 'numpy' }], { reference }));
    expect(new Set(given.map((line) => line.split(' ')[0]))).toEqual(new Set(['numpy==2.0']));
    const newest = linesOf(open(['scipy'], [{ hold: 'numpy' }]));
    expect(newest).toContain('numpy==3.0 scipy==3.0');
    expect(newest).toContain('numpy==3.0 scipy==2.0');
  });

  it('holds to a version that the rule names', () => {
    const lines = linesOf(open(['scipy'], [{ hold: 'numpy==1.0' }]));
    expect(lines).toEqual(['numpy==1.0 scipy==2.0', 'numpy==1.0 scipy==1.0']);
  });
});

describe('rejecting combinations', () => {
  const has = (line: string, ...pins: readonly string[]): boolean =>
    pins.every((pin) => line.split(' ').includes(pin));

  it.each([
    [['numpy==3.0', 'scipy==2.0']],
    [['left==1.0', 'right==2.0']],
    [['numpy==2.0', 'scipy==2.0', 'plots==1.0']],
    [['left==1.0', 'scipy==2.0', 'numpy==2.0', 'right==1.0']],
    [['scipy==2.0']],
    [['numpy==1.0', 'absent==1.0']],
  ])('leaves exactly the stacks that do not have all of %j', (pins) => {
    const roots = ['scipy', 'plots', 'opt'];
    const all = linesOf(open(roots, []));
    const left = linesOf(open(roots, [{ reject: pins }]));
    expect(left.toSorted()).toEqual(all.filter((line) => !has(line, ...pins)).toSorted());
    expect(countSpace(open(roots, [{ reject: pins }])).figures).toMatchObject({
      exact: true,
      packages: 7,
    });
  });

  it('refuses to reject more than two projects together that only some stacks have, by name', () => {
    const rules = [{ reject: ['left==1.0', 'right==1.0', 'mid==1.0'] }];
    const releases = lookupOf([
      release('opt', '1.0', ['left', 'mid', 'right']),
      release('opt', '2.0'),
      release('left', '1.0'),
      release('mid', '1.0'),
      release('right', '1.0'),
    ]);
    const error = troopErrorOf(() => open(['opt'], rules, { lookup: releases }));
    expect(error).toMatchObject({ code: 'TROOP-1943', facts: { projects: 'left, right, mid' } });
  });

  it('explains a request that it leaves without a stack', () => {
    const space = open(['numpy', 'scipy'], [{ reject: ['numpy', 'scipy'] }]);
    const { stack, sentences } = explainSpace(space);
    expect(stack).toBeNull();
    expect(sentences.length).toBeGreaterThan(0);
  });
});

describe('what rules leave out', () => {
  it('is counted and reported', () => {
    const description = describeSpace(open(['scipy'], [{ drop: 'numpy>=2' }]));
    expect(description.excluded).toEqual([{ reason: 'rule', releases: 2, projects: ['numpy'] }]);
    expect(formatSpace(description)).toContain(
      'Left out 2 releases: ruled out by a rule of the campaign (numpy).',
    );
  });
});

describe('scores', () => {
  it('add up by candidate, and are absent where no rule scores', () => {
    const rules = [
      { score: 'numpy>=2', by: 1 },
      { score: ['numpy==3.0', 'scipy==1.0'], by: 0.5 },
    ];
    const space = open(['scipy'], rules);
    const index = space.model.packages.findIndex(({ name }) => name === 'numpy');
    expect([...(space.scores?.[index] ?? [])]).toEqual([1.5, 1, 0]);
    expect(open(['scipy'], []).scores).toBeNull();
  });
});

describe('conditions', () => {
  it('tell environments apart that differ in their variables alone', () => {
    const rules = [{ drop: 'numpy==3.0', when: { variables: { OPENBLAS_CORETYPE: 'Haswell' } } }];
    const haswell = canonicalEnvironment({ python: '3.11', variables: { OPENBLAS_CORETYPE: 'Haswell' } });
    const plain = linesOf(open(['numpy'], rules));
    expect(plain).toHaveLength(3);
    expect(linesOf(open(['numpy'], rules, { environment: haswell }))).toHaveLength(2);
  });

  it('that look at lanes leave the space alone and keep stacks from those lanes', () => {
    const rules: readonly RuleDeclaration[] = [
      { drop: 'numpy>=2', when: { lanes: ['avx2'] } },
      { reject: ['numpy', 'scipy<2'], when: { lanes: ['any'], python: '3.12' } },
    ];
    expect(linesOf(open(['numpy'], rules))).toHaveLength(3);
    const isExcluded = lanesExcluding(rules, linux311);
    const stack = [
      { name: 'numpy', version: '2.0', index: 'pip' },
      { name: 'scipy', version: '1.0', index: 'pip' },
    ];
    expect([isExcluded(stack, 'avx2'), isExcluded(stack, 'any')]).toEqual([true, false]);
    const later = lanesExcluding(rules, canonicalEnvironment({ python: '3.12' }));
    expect([later(stack, 'avx2'), later(stack, 'any')]).toEqual([true, true]);
    expect(later([{ name: 'numpy', version: '1.0', index: 'pip' }], 'avx2')).toBe(false);
  });

  it('shape the space after all where every lane of the campaign is meant', () => {
    const rules: readonly RuleDeclaration[] = [{ drop: 'numpy>=2', when: { lanes: ['avx2', 'any'] } }];
    expect(linesOf(open(['numpy'], rulesForLanes(rules, ['any'])))).toHaveLength(1);
    expect(linesOf(open(['numpy'], rulesForLanes(rules, ['any', 'cuda'])))).toHaveLength(3);
  });

  it('cannot be lanes where a finished stack does not show what the rule means', () => {
    for (const rule of [{ vary: 'numpy' }, { hold: 'numpy' }, { score: 'numpy', by: 1 }]) {
      const error = troopErrorOf(() => readRule({ ...rule, when: { lanes: ['avx2'] } }));
      expect(error).toMatchObject({ code: 'TROOP-1942', facts: { parameter: 'when.lanes' } });
    }
  });
});
