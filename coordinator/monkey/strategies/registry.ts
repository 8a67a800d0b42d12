// Every sampling strategy, by name. The contract test walks this table.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { latest } from './latest.ts';
import { lowest } from './lowest.ts';
import { randomWalk } from './random-walk.ts';
import type { Strategy } from './strategy.ts';

export const strategies: ReadonlyMap<string, Strategy> = new Map(
  [latest, lowest, randomWalk].map((strategy) => [strategy.name, strategy]),
);

/** @throws TROOP-1904 */
export function strategyNamed(name: string): Strategy {
  const strategy = strategies.get(name);
  if (strategy === undefined) {
    throw new TroopError('TROOP-1904', { name, known: [...strategies.keys()].join(', ') });
  }
  return strategy;
}
