import { describe, expect, it } from 'vitest';
import { openStateSpace } from '../../../../../coordinator/monkey/space/open-state-space.ts';
import { strategyNamed } from '../../../../../coordinator/monkey/strategies/registry.ts';
import { satisfies } from '../../../../../shared/stack/satisfies.ts';
import type { Stack } from '../../../../../shared/stack/stack.ts';
import {
  alternatingChain,
  distantConflict,
  type HostileWorld,
} from '../../../../support/monkey/hostile-knowledge.ts';
import { linux311, lookupOf, requirements } from '../../../../support/monkey/knowledge.ts';

const COUNT = 8;

function firstStacks({ roots, releases }: HostileWorld, strategy: string): readonly Stack[] {
  const space = openStateSpace({
    requirements: requirements(...roots),
    lookup: lookupOf(releases),
    environment: linux311,
  });
  const stream = strategyNamed(strategy).open(space, { seed: '' });
  return Array.from({ length: COUNT }, () => stream.next()).filter((stack) => stack !== null);
}

describe('where the preferred versions conflict deep down', () => {
  it.each([
    ['latest', 'far apart', distantConflict()],
    ['lowest', 'far apart', distantConflict()],
    ['latest', 'along a chain', alternatingChain()],
    ['lowest', 'along a chain', alternatingChain()],
  ])('%s gives stacks all the same: %s', (strategy, _, world) => {
    const stacks = firstStacks(world, strategy);
    expect(new Set(stacks.map(({ stack_id: id }) => id)).size).toBe(COUNT);
    const releases = lookupOf(world.releases);
    const wanted = requirements(...world.roots);
    expect(stacks.flatMap((stack) => satisfies({ stack, requirements: wanted, releases }))).toEqual([]);
  });

  it('gives up nothing that is not to blame', () => {
    const versionsOf = (strategy: string) =>
      new Map(firstStacks(distantConflict(), strategy)[0]?.packages.map((item) => [item.name, item.version]));
    expect(versionsOf('latest')).toEqual(new Map([...freeAt('4'), ['top', '3']]));
    expect(versionsOf('lowest')).toEqual(new Map([...freeAt('1'), ['top', '3']]));
  });
});

const freeAt = (version: string): readonly (readonly [string, string])[] =>
  Array.from({ length: 40 }, (_, index) => [`free${String(index).padStart(2, '0')}`, version] as const);
