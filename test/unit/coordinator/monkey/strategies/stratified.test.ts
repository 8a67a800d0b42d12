import { expect, it } from 'vitest';
import { openStateSpace } from '../../../../../coordinator/monkey/space/open-state-space.ts';
import { strategyNamed } from '../../../../../coordinator/monkey/strategies/registry.ts';
import { linux311, lookupOf, release, requirements } from '../../../../support/monkey/knowledge.ts';

it('gives each version of a package that stacks may do without its turn', () => {
  const versions = ['1.0', '2.0', '3.0'];
  const space = openStateSpace({
    requirements: requirements('top'),
    lookup: lookupOf([
      ...Array.from({ length: 20 }, (_, number) => release('top', `${number + 2}.0`)),
      release('top', '1.0', ['optional']),
      ...versions.map((version) => release('optional', version)),
    ]),
    environment: linux311,
  });
  const stream = strategyNamed('stratified').open(space, {
    seed: 'any',
    parameters: { packages: ['optional'] },
  });
  const given = versions.map(
    () => stream.next()?.packages.find(({ name }) => name === 'optional')?.version ?? 'none',
  );
  expect(given.toSorted()).toEqual(versions);
  expect(stream.provenance?.log10DrawProbability).toBeCloseTo(Math.log10(1 / 3));
});
