import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../../../coordinator/monkey/diagram/compile.ts';
import { isDiagram } from '../../../../../coordinator/monkey/diagram/diagram.ts';
import { marginals } from '../../../../../coordinator/monkey/diagram/marginals.ts';
import { reachablePairs } from '../../../../../coordinator/monkey/diagram/reachable-pairs.ts';
import { openStateSpace } from '../../../../../coordinator/monkey/space/open-state-space.ts';
import { versionGroups } from '../../../../../coordinator/monkey/strategies/version-groups.ts';
import { linux311, lookupOf, release, requirements } from '../../../../support/monkey/knowledge.ts';

describe('a compiled space with a choice of which one part is possible and another is not', () => {
  // b 1.0 asks for d, and for a b[x] that it is not: one part of that choice compiles, the other has no stack.
  const releases = [
    release('a', '1.0', []),
    release('b', '1.0', ['d; extra == "y"', 'b[x]>=2']),
    release('b', '2.0', []),
    release('d', '1.0', []),
    release('d', '2.0', ['a']),
  ];
  const space = openStateSpace({
    requirements: requirements('b[x,y]'),
    lookup: lookupOf(releases, ['a', 'b', 'd']),
    environment: linux311,
  });
  const diagram = compileSpace(space);
  if (!isDiagram(diagram)) throw new Error('it did not compile');

  it('keeps no node that no stack comes through', () => {
    expect(diagram.count).toBe(1n);
    expect(new Set(diagram.nodePackages).size).toBe(diagram.nodePackages.length);
    expect(marginals(diagram).map((versions) => versions.size)).toEqual([0, 1, 0, 0, 0]);
  });

  it('has no pair of versions that no stack has', () => {
    const { count, groupOf } = versionGroups(space, 'versions', () => true);
    const pairs = reachablePairs(diagram, count, (item, value) => groupOf[item]?.[value] ?? -1);
    expect(pairs.pairs).toBe(0);
  });
});
