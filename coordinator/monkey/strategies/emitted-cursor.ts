// The cursor of strategies that are replayed: how many stacks were given.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { JsonValue } from './strategy.ts';

/** @throws TROOP-1906 */
export function readEmitted(strategy: string, cursor: JsonValue | undefined): number {
  if (cursor === undefined) {
    return 0;
  }
  const emitted: unknown =
    typeof cursor === 'object' && cursor !== null && 'emitted' in cursor ? cursor['emitted'] : undefined;
  if (typeof emitted !== 'number' || !Number.isSafeInteger(emitted) || emitted < 0) {
    throw new TroopError('TROOP-1906', { strategy, reason: 'it has no number "emitted"' });
  }
  return emitted;
}
