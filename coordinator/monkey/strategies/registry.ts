// Every sampling strategy, by name. The contract test walks this table.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { adaptive } from './adaptive.ts';
import { all } from './all.ts';
import { annealing } from './annealing.ts';
import { bisect } from './bisect.ts';
import { combinations } from './combinations.ts';
import { coverage } from './coverage.ts';
import { hillClimbing } from './hill-climbing.ts';
import { latest } from './latest.ts';
import { lowest } from './lowest.ts';
import { mcts } from './mcts.ts';
import { neighbours } from './neighbours.ts';
import { checkParameters } from './parameters.ts';
import { randomWalk } from './random-walk.ts';
import { recursiveSearch } from './recursive-search.ts';
import { stratified } from './stratified.ts';
import type { Strategy } from './strategy.ts';
import { temporalDifference } from './temporal-difference.ts';
import { uniform } from './uniform.ts';
import { weighted } from './weighted.ts';

export const strategies: ReadonlyMap<string, Strategy> = new Map(
  [
    latest,
    lowest,
    all,
    uniform,
    stratified,
    weighted,
    randomWalk,
    coverage,
    neighbours,
    combinations,
    adaptive,
    bisect,
    hillClimbing,
    annealing,
    temporalDifference,
    mcts,
    recursiveSearch,
  ].map((strategy) => [strategy.name, withCheckedParameters(strategy)]),
);

/** Refuses parameters that the strategy does not declare before it sees them. */
function withCheckedParameters(strategy: Strategy): Strategy {
  return {
    ...strategy,
    open: (space, options) => {
      checkParameters(strategy, options.parameters);
      return strategy.open(space, options);
    },
  };
}

/** @throws TROOP-1904 */
export function strategyNamed(name: string): Strategy {
  const strategy = strategies.get(name);
  if (strategy === undefined) {
    throw new TroopError('TROOP-1904', { name, known: [...strategies.keys()].join(', ') });
  }
  return strategy;
}
