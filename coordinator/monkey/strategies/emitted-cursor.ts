// The cursor of strategies that are replayed: how many stacks were given, and what else a strategy counts.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { JsonValue } from './strategy.ts';

/** @throws TROOP-1906 */
export function readEmitted(strategy: string, cursor: JsonValue | undefined): number {
  const emitted = cursor === undefined ? 0 : readCount(strategy, cursor, 'emitted');
  if (emitted === null) {
    throw new TroopError('TROOP-1906', { strategy, reason: 'it has no number "emitted"' });
  }
  return emitted;
}

/** Null where the cursor does not have it. @throws TROOP-1906 */
export function readCount(strategy: string, cursor: JsonValue, name: string): number | null {
  const count: unknown =
    typeof cursor === 'object' && cursor !== null
      ? new Map<string, unknown>(Object.entries(cursor)).get(name)
      : undefined;
  if (count === undefined) {
    return null;
  }
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) {
    throw new TroopError('TROOP-1906', { strategy, reason: `its "${name}" is no number of what was given` });
  }
  return count;
}
