import { describe, expect, it } from 'vitest';
import { defineCampaign } from '../../../../coordinator/campaign/define-campaign.ts';
import { defaultMix } from '../../../../coordinator/monkey/strategies/default-mix.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const campaign = (sampling?: object): object => ({
  name: 'n',
  requirements: ['numpy'],
  benchmarks: [{ indicator: 'matmul' }],
  ...(sampling === undefined ? {} : { sampling }),
});
const sampling = (given?: object): object => defineCampaign(campaign(given)).definition.sampling;

describe('the sampling of a campaign', () => {
  it('is the default mix when it names neither a strategy nor a mix', () => {
    expect(sampling()).toEqual({ count: 20, seed: '1', mix: defaultMix() });
    expect(sampling({ count: 5, seed: 'x' })).toEqual({ count: 5, seed: 'x', mix: defaultMix() });
    expect(defaultMix()).toContainEqual({ strategy: 'coverage', share: 0.3 });
  });

  it('of one strategy is kept as it was before there were mixes, so that its hash stays', () => {
    expect(sampling({ strategy: 'uniform', count: 20, seed: 7 })).toEqual({
      strategy: 'uniform',
      count: 20,
      seed: '7',
    });
  });

  it('has shares that sum to one', () => {
    const mix = [
      { strategy: 'uniform', share: 3 },
      { strategy: 'stratified', share: 1, parameters: { packages: ['numpy'] } },
    ];
    expect(sampling({ mix })).toMatchObject({
      mix: [{ share: 0.75 }, { share: 0.25, parameters: { packages: ['numpy'] } }],
    });
  });

  it.each([
    [{ strategy: 'uniform', mix: [{ strategy: 'uniform', share: 1 }] }, 'sampling.mix'],
    [{ strategy: 'fastest' }, 'sampling.strategy'],
    [{ parameters: { draws: 5 } }, 'sampling.parameters'],
    [{ strategy: 'uniform', parameters: { draws: 5 } }, 'sampling.parameters.draws'],
    [{ strategy: 'coverage', parameters: { draws: 0 } }, 'sampling.parameters.draws'],
    [{ strategy: 'coverage', parameters: { pairs: 'all' } }, 'sampling.parameters.pairs'],
    [{ strategy: 'coverage', parameters: { packages: [] } }, 'sampling.parameters.packages'],
    [{ strategy: 'neighbours', parameters: { baseline: ['numpy>1'] } }, 'sampling.parameters.baseline'],
    [{ mix: [] }, 'sampling.mix'],
    [{ mix: [{ strategy: 'uniform', share: 0 }] }, 'sampling.mix[0].share'],
    [
      {
        mix: [
          { strategy: 'uniform', share: 1 },
          { strategy: 'fastest', share: 1 },
        ],
      },
      'sampling.mix[1].strategy',
    ],
    [
      { mix: [{ strategy: 'uniform', share: 1, parameters: { pairs: 'minor' } }] },
      'sampling.mix[0].parameters.pairs',
    ],
  ])('%j is refused at %s', (given, path) => {
    expect(troopErrorOf(() => defineCampaign(campaign(given)))).toMatchObject({
      code: 'TROOP-1301',
      facts: { path },
    });
  });
});
