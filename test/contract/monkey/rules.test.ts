// Every kind of rule keeps the promises of rule.ts.
import { describe, expect, it } from 'vitest';
import { countSpace } from '../../../coordinator/monkey/count-space.ts';
import type { RuleDeclaration } from '../../../coordinator/monkey/rules/declaration.ts';
import { readRule } from '../../../coordinator/monkey/rules/read-rules.ts';
import { ruleKinds } from '../../../coordinator/monkey/rules/registry.ts';
import { openStateSpace } from '../../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import { strategyNamed } from '../../../coordinator/monkey/strategies/registry.ts';
import { satisfies } from '../../../shared/stack/satisfies.ts';
import { linux311, lookupOf, release, requirements, stackLine } from '../../support/monkey/knowledge.ts';
import { troopErrorOf } from '../../support/troop-error-of.ts';

const lookup = lookupOf([
  release('numpy', '1.0'),
  release('numpy', '1.26.4'),
  release('numpy', '2.0'),
  release('numpy', '2.0', [], { index: 'nightly' }),
  release('scipy', '1.11.0', ['numpy<2']),
  release('scipy', '1.11.4', ['numpy']),
  release('scipy', '1.13', ['numpy>=1.20']),
  release('torch', '2.0', ['numpy']),
  release('torch', '2.0', ['numpy'], { index: 'cu121' }),
  release('tensorflow', '2.0', ['numpy'], { index: 'avx2-builds' }),
  release('tensorflow', '2.0', ['numpy']),
]);
const request = requirements('scipy', 'torch', 'tensorflow', 'numpy');
const open = (...rules: readonly RuleDeclaration[]): StateSpace =>
  openStateSpace({ requirements: request, lookup, environment: linux311, rules });

function stacksOf(space: StateSpace): readonly string[] {
  const stream = strategyNamed('all').open(space, { seed: '' });
  const lines: string[] = [];
  for (let stack = stream.next(); stack !== null; stack = stream.next()) {
    expect(satisfies({ stack, requirements: request, releases: lookup })).toEqual([]);
    lines.push(stackLine(stack));
  }
  return lines.toSorted();
}

const everything = new Set(stacksOf(open()));

describe.each([...ruleKinds.values()])('rule $name', (kind) => {
  it('narrows the space or scores it, and its count is exact', () => {
    const space = open(kind.example);
    const stacks = stacksOf(space);
    expect(stacks.every((line) => everything.has(line))).toBe(true);
    expect(countSpace(space).figures).toMatchObject({ exact: true, count: String(stacks.length) });
    expect(stacks.length < everything.size || space.scores !== null).toBe(true);
  });

  it('says the same twice as once', () => {
    expect(stacksOf(open(kind.example, kind.example))).toEqual(stacksOf(open(kind.example)));
  });

  it('applies in another environment only when its condition says so', () => {
    const elsewhere = open({ ...kind.example, when: { python: '3.12' } });
    expect(new Set(stacksOf(elsewhere))).toEqual(everything);
    expect(elsewhere.scores).toBeNull();
    const here = { python: ['3.11', '3.12'], platform: 'linux_x86_64' };
    expect(stacksOf(open({ ...kind.example, when: here }))).toEqual(stacksOf(open(kind.example)));
  });

  it('refuses what it does not know, by name', () => {
    const strange = troopErrorOf(() => readRule({ ...kind.example, wrong: 1 }));
    expect(strange).toMatchObject({ code: 'TROOP-1942', facts: { rule: kind.name, parameter: 'wrong' } });
    const typo = troopErrorOf(() => readRule({ ...kind.example, when: { pythons: '3.11' } }));
    expect(typo).toMatchObject({ code: 'TROOP-1942', facts: { parameter: 'when.pythons' } });
    // An index may be called anything.
    const noName = kind.name.endsWith('Index') ? [] : ['not a project!'];
    for (const value of [null, 7, [], {}, ['numpy', 3], ...noName]) {
      const error = troopErrorOf(() => readRule({ ...kind.example, [kind.name]: value }));
      expect(error.code).toBe('TROOP-1942');
      expect(error.facts['parameter']).toMatch(new RegExp(`^${kind.name}`));
    }
  });
});

it('a declaration of no kind, or of two, is an error that lists the kinds', () => {
  for (const wrong of [{}, { keeep: 'numpy' }, { keep: 'numpy', drop: 'numpy' }]) {
    const error = troopErrorOf(() => readRule(wrong));
    expect(error).toMatchObject({ code: 'TROOP-1941', facts: { known: [...ruleKinds.keys()].join(', ') } });
  }
});
