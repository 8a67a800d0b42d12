import { expect, it } from 'vitest';
import { strategyOf } from '../../../../../coordinator/cli/commands/campaign.ts';

it('names what a campaign samples by: one strategy, or each of a mix with its share', () => {
  const sampling = { count: 20, seed: '1' };
  expect(strategyOf({ ...sampling, strategy: 'uniform' })).toBe('uniform');
  const mix = [
    { strategy: 'coverage', share: 0.3 },
    { strategy: 'uniform', share: 0.7 },
  ];
  expect(strategyOf({ ...sampling, mix })).toBe('30 % coverage + 70 % uniform');
});
