// Strategies that learn find faster stacks than uniform draws do, and bisect finds its culprit: a quick version of
// `npm run bench -- monkey-learn`.
import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../coordinator/monkey/diagram/compile.ts';
import { isDiagram } from '../../../coordinator/monkey/diagram/diagram.ts';
import { openStateSpace } from '../../../coordinator/monkey/space/open-state-space.ts';
import { strategies, strategyNamed } from '../../../coordinator/monkey/strategies/registry.ts';
import { bisectCulprit } from '../../support/monkey/culprit-case.ts';
import { linux311, lookupOf, requirements } from '../../support/monkey/knowledge.ts';
import { madeUpKnowledge } from '../../support/monkey/made-up-knowledge.ts';
import { inspect, responseSurface, type SurfaceKind } from '../../support/monkey/response-surface.ts';

const space = openStateSpace({
  requirements: requirements('suite'),
  lookup: lookupOf(madeUpKnowledge({ seed: '1', releases: 6 })),
  environment: linux311,
});
const diagram = compileSpace(space);
if (!isDiagram(diagram)) throw new Error('the space does not compile');

const SEEDS = ['one', 'two', 'three', 'four', 'five', 'six'];
const MANY_SEEDS = Array.from({ length: 20 }, (_, index) => `seed ${index}`);
const LEARNING = [...strategies.values()].filter(({ learns, name }) => learns === true && name !== 'bisect');

function bestOf(strategy: string, kind: SurfaceKind, seed: string): number {
  const stream = strategyNamed(strategy).open(space, { seed, count: 60, diagram });
  const surface = responseSurface(space, kind, seed);
  return Math.min(...inspect(stream, surface, { count: 60, delay: 3, seed }));
}

function meanBest(strategy: string, kind: SurfaceKind = 'additive', seeds = SEEDS): number {
  const best = seeds.map((seed) => bestOf(strategy, kind, seed));
  return best.reduce((sum, value) => sum + value, 0) / best.length;
}

describe('after as many inspections', () => {
  const uniform = meanBest('uniform');

  it.each(LEARNING)('$name has found a faster stack than uniform', ({ name }) => {
    expect(meanBest(name)).toBeLessThan(uniform);
  });
});

describe('after as many inspections whose noise is larger than the effects', () => {
  const uniform = meanBest('uniform', 'noisy', MANY_SEEDS);

  it.each(['recursive-search', 'hill-climbing', 'annealing'])(
    '%s has found a faster stack than uniform',
    (name) => {
      expect(meanBest(name, 'noisy', MANY_SEEDS)).toBeLessThan(uniform);
    },
  );
});

it('recursive-search has found a faster stack than uniform in four cases of five', () => {
  const wins = MANY_SEEDS.filter(
    (seed) => bestOf('recursive-search', 'additive', seed) < bestOf('uniform', 'additive', seed),
  );
  expect(wins.length / MANY_SEEDS.length).toBeGreaterThanOrEqual(0.8);
});

describe('bisect', () => {
  it('finds nearly every culprit although every tenth answer is wrong', () => {
    const outcomes = Array.from({ length: 20 }, (_, index) =>
      bisectCulprit(space, diagram, { seed: `case ${index}`, errorRate: 0.1, limit: 200, delay: 1 }),
    ).filter((outcome) => outcome !== null);
    const found = outcomes.filter(({ isPackageFound }) => isPackageFound);
    expect(found.length / outcomes.length).toBeGreaterThanOrEqual(0.95);
  });
});
