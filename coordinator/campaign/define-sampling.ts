// What a campaign file says about sampling, checked against the strategies that there are, with every default filled in: a
// campaign keeps its mix when the default changes.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { defaultMix } from '../monkey/strategies/default-mix.ts';
import type { MixPart } from '../monkey/strategies/mix.ts';
import type { Sampling } from '../monkey/strategies/open-sampling.ts';
import { checkParameters } from '../monkey/strategies/parameters.ts';
import { strategyNamed } from '../monkey/strategies/registry.ts';
import type { CampaignRequest } from './campaign-schema.ts';
import { formError } from './check-form.ts';

/** @throws TROOP-1301 with the path of what is wrong */
export function defineSampling(request: CampaignRequest['sampling']): Sampling {
  const { strategy, parameters, mix } = request ?? {};
  if (strategy !== undefined && mix !== undefined) {
    throw formError([
      {
        path: 'sampling.mix',
        reason: "it cannot stand beside 'strategy'",
        advice: `leave 'strategy' out, or write mix: [{strategy: ${strategy}, share: 1}]`,
      },
    ]);
  }
  if (strategy === undefined && parameters !== undefined) {
    throw formError([
      {
        path: 'sampling.parameters',
        reason: "there is no 'strategy' that would take them",
        advice: 'in a mix each strategy has its own parameters',
      },
    ]);
  }
  if (strategy !== undefined) {
    checkChoice('sampling', { strategy, parameters });
    return { strategy, ...(parameters === undefined ? {} : { parameters }) };
  }
  mix?.forEach((part, index) => checkChoice(`sampling.mix[${index}]`, part));
  return { mix: normalised(mix ?? defaultMix()) };
}

/** Shares that sum to one. */
function normalised(mix: readonly MixPart[]): readonly MixPart[] {
  const total = mix.reduce((sum, { share }) => sum + share, 0);
  return mix.map((part) => ({ ...part, share: part.share / total }));
}

function checkChoice(
  path: string,
  {
    strategy,
    parameters,
  }: { readonly strategy: string; readonly parameters?: Sampling['parameters'] | undefined },
): void {
  try {
    checkParameters(strategyNamed(strategy), parameters);
  } catch (error) {
    if (!(error instanceof TroopError)) throw error;
    const { parameter } = error.facts;
    const place = error.code === 'TROOP-1904' ? 'strategy' : `parameters.${String(parameter)}`;
    throw formError([{ path: `${path}.${place}`, reason: error.message, advice: error.hint }]);
  }
}
