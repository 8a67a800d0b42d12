import { describe, expect, it } from 'vitest';
import { countSpace } from '../../../../coordinator/monkey/count-space.ts';
import { openStateSpace } from '../../../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../../../coordinator/monkey/space/state-space.ts';
import { linux311, lookupOf, release, requirements } from '../../../support/monkey/knowledge.ts';
import { madeUpKnowledge } from '../../../support/monkey/made-up-knowledge.ts';

const world = (roots: readonly string[], releases: number): StateSpace =>
  openStateSpace({
    requirements: requirements(...roots),
    lookup: lookupOf(madeUpKnowledge({ seed: '5', releases })),
    environment: linux311,
  });

describe('counting a space', () => {
  it('is exact within the budget', () => {
    const leaves = Array.from({ length: 40 }, (_, project) => `leaf-${project}`);
    const space = openStateSpace({
      requirements: requirements(...leaves),
      lookup: lookupOf(leaves.flatMap((name) => ['1', '2', '3'].map((version) => release(name, version)))),
      environment: linux311,
    });
    const { figures, diagram } = countSpace(space);
    expect(figures).toEqual({
      exact: true,
      count: (3n ** 40n).toString(),
      log10: 40 * Math.log10(3),
      packages: 40,
      candidates: 120,
      classes: 40,
      nodes: 40,
      estimate: null,
    });
    expect(diagram?.count).toBe(3n ** 40n);
  });

  it('is an estimate that says so beyond it, near the exact figure', () => {
    const space = world(['suite'], 6);
    const exact = countSpace(space).figures;
    const { figures, diagram } = countSpace(space, { maxNodes: 10, walks: 20_000 });
    expect(diagram).toBeNull();
    expect(figures).toMatchObject({ exact: false, count: null });
    expect(figures.estimate?.effectiveSampleSize).toBeGreaterThan(500);
    expect(Math.abs((figures.log10 ?? 0) - (exact.log10 ?? 9))).toBeLessThan(0.05);
  });

  it('ends when its time is over', () => {
    expect(countSpace(world(['suite'], 12), { isOutOfTime: () => true, walks: 100 }).figures.exact).toBe(
      false,
    );
  });

  it('knows that there is nothing', () => {
    const { figures } = countSpace(world(['suite', 'suite<0'], 3));
    expect(figures).toMatchObject({ exact: true, count: '0', log10: null, packages: 0 });
  });
});
