// The time after which a sync takes nothing in.
import { TroopError } from '../../../shared/errors/troop-error.ts';

/**
 * Milliseconds of the epoch; Infinity for none. What a date parser makes of other texts is not taken for a time: no file
 * was uploaded before such a one, and the sync would learn nothing. @throws TROOP-1820
 */
export function readCutoff(text: string | null | undefined): number {
  if (text === null || text === undefined) return Infinity;
  const cutoffMs = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(cutoffMs)) throw new TroopError('TROOP-1820', { text: text.slice(0, 80) });
  return cutoffMs;
}
