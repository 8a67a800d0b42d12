import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../../../coordinator/monkey/diagram/compile.ts';
import { isDiagram } from '../../../../../coordinator/monkey/diagram/diagram.ts';
import { openStateSpace } from '../../../../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../../../../coordinator/monkey/space/state-space.ts';
import { stackOf } from '../../../../../coordinator/monkey/stack-of.ts';
import { openWalkSampler, trainedWalker } from '../../../../../coordinator/monkey/walk/walk-sampler.ts';
import { seededRandom } from '../../../../../shared/runtime/random.ts';
import { sha256Hex } from '../../../../../shared/stack/canonical-json.ts';
import type { Release } from '../../../../../shared/stack/release.ts';
import { satisfies } from '../../../../../shared/stack/satisfies.ts';
import { hardWorld } from '../../../../support/monkey/large-knowledge.ts';
import {
  linux311,
  lookupOf,
  release,
  requirements,
  stackLine,
} from '../../../../support/monkey/knowledge.ts';
import { madeUpKnowledge } from '../../../../support/monkey/made-up-knowledge.ts';

const open = (roots: readonly string[], releases: readonly Release[]): StateSpace =>
  openStateSpace({ requirements: requirements(...roots), lookup: lookupOf(releases), environment: linux311 });
const world = open(['models', 'frames'], madeUpKnowledge({ seed: '5', releases: 2 }));

/** `top` 2 asks for three leaves that differ from each other, of which there are two kinds: no step alone shows that. */
const trap = open(
  ['top'],
  [
    release('top', '1', ['free']),
    release('top', '2', ['free', 'a', 'b', 'c']),
    ...['1', '2', '3'].map((version) => release('free', version)),
    ...['a', 'b', 'c'].flatMap((name) =>
      ['1', '2'].map((version) =>
        release(
          name,
          version,
          ['a', 'b', 'c'].filter((other) => other !== name).map((other) => `${other}!=${version}`),
        ),
      ),
    ),
  ],
);

function take(
  space: StateSpace,
  seed: string,
  count: number,
): readonly { line: string; logWeight: number }[] {
  const sampler = openWalkSampler(space, { seed });
  const values = new Int32Array(space.model.packages.length);
  return Array.from({ length: count }, () => {
    const logWeight = sampler.next(values);
    return { line: stackLine(stackOf(space, values)), logWeight: logWeight ?? NaN };
  });
}

describe('walks through a space', () => {
  it('give every stack with the probability that they say', () => {
    const diagram = compileSpace(world);
    const count = isDiagram(diagram) ? Number(diagram.count) : NaN;
    const draws = take(world, 'often', 100 * count);
    const times = new Map<string, number>();
    const weights = new Map<string, Set<string>>();
    for (const { line, logWeight } of draws) {
      times.set(line, (times.get(line) ?? 0) + 1);
      weights.set(line, (weights.get(line) ?? new Set()).add(logWeight.toFixed(9)));
    }
    expect(count).toBeGreaterThan(30);
    expect(times.size).toBe(count);
    let total = 0;
    let statistic = 0;
    for (const [line, seen] of times) {
      const said = [...(weights.get(line) ?? [])];
      expect(said).toHaveLength(1);
      const probability = Math.exp(-Number(said[0]));
      total += probability;
      statistic += (seen - probability * draws.length) ** 2 / (probability * draws.length);
    }
    expect(total).toBeCloseTo(1, 6);
    // Upper 99.9 % point of chi-squared (Wilson and Hilferty).
    const part = 2 / (9 * (count - 1));
    expect(statistic).toBeLessThan((count - 1) * (1 - part + 3.09 * Math.sqrt(part)) ** 3);
  });

  it('are had by their number as well, without those before', () => {
    const values = new Int32Array(world.model.packages.length);
    const at = (number: number): string => {
      openWalkSampler(world, { seed: 'some' }).at(number, values);
      return stackLine(stackOf(world, values));
    };
    const lines = take(world, 'some', 50).map(({ line }) => line);
    expect([0, 7, 49].map(at)).toEqual([lines[0], lines[7], lines[49]]);
    expect(take(world, 'other', 50).map(({ line }) => line)).not.toEqual(lines);
  });

  it('learn which choices no stack has together, and do not make them again', () => {
    const walker = trainedWalker(trap);
    expect(walker.nogoods).toBeGreaterThan(0);
    const values = new Int32Array(trap.model.packages.length);
    const random = seededRandom('after');
    const deadEnds = Array.from({ length: 500 }, () => walker.walk(random, values)).filter(
      (logWeight) => logWeight === null,
    );
    expect(deadEnds).toEqual([]);
    expect(new Set(take(trap, 's', 100).map(({ line }) => line))).toEqual(
      new Set(['free==1 top==1', 'free==2 top==1', 'free==3 top==1']),
    );
  });

  it('end where there is no stack', () => {
    const none = open(['top>=2'], [release('top', '2', ['gone'])].concat(release('gone', '1', ['top<2'])));
    const values = new Int32Array(none.model.packages.length);
    expect(openWalkSampler(none, { seed: 's' }).next(values)).toBeNull();
  });

  it('give only valid stacks of a space that cannot be compiled, the same since the first version', () => {
    const releases = hardWorld('1');
    const hard = open(['flow'], releases);
    const sampler = openWalkSampler(hard, { seed: 'seven' });
    const values = new Int32Array(hard.model.packages.length);
    const stacks = Array.from({ length: 100 }, () => {
      sampler.next(values);
      return stackOf(hard, values);
    });
    const lookup = lookupOf(releases);
    expect(
      stacks.flatMap((stack) => satisfies({ stack, requirements: requirements('flow'), releases: lookup })),
    ).toEqual([]);
    expect(sha256Hex(stacks.map(({ stack_id: id }) => id).join('\n'))).toMatchSnapshot();
  });
});
