import { describe, expect, it } from 'vitest';
import { openStateSpace } from '../../../../coordinator/monkey/space/open-state-space.ts';
import { StackMaker, stackOf } from '../../../../coordinator/monkey/stack-of.ts';
import { linux311, lookupOf, release, requirements } from '../../../support/monkey/knowledge.ts';

describe('a maker of stacks', () => {
  const extras = Array.from({ length: 15 }, (_, index) => `x${index}`);
  const space = openStateSpace({
    requirements: requirements(`suite[${extras.join(',')}]`),
    lookup: lookupOf([release('suite', '1.0', ['core']), release('core', '1.0'), release('core', '2.0')]),
    environment: linux311,
  });
  const { packages } = space.model;

  it('makes the same of the same values whatever it has made before, and however much', () => {
    const maker = new StackMaker(space);
    const values = new Int32Array(packages.length);
    let wrong = 0;
    // Every set of extras: more than are kept.
    for (let set = 0; set < 2 ** extras.length; set++) {
      packages.forEach(({ extra }, index) => {
        values[index] = extra === null || (set >>> extras.indexOf(extra)) % 2 === 1 ? 0 : -1;
      });
      const wanted = extras.filter((_, position) => (set >>> position) % 2 === 1).toSorted();
      const made = maker.packages(values).at(-1)?.extras ?? [];
      wrong += made.join() === wanted.join() ? 0 : 1;
    }
    expect(wrong).toBe(0);
    values.fill(0);
    expect(maker.stack(values)).toEqual(stackOf(space, values));
    expect(maker.packages(values)).toEqual(maker.stack(values).packages);
  });
});
