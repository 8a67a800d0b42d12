// Project and extra names. Everything inside Troop uses the normalised form; this is the only place that makes it.
// https://peps.python.org/pep-0503/#normalized-names
import { TroopError } from '../errors/troop-error.ts';

export const MAX_NAME_LENGTH = 256;

/** Whether `raw` is a name as the core metadata allows it, in any spelling. */
export function isValidName(raw: string): boolean {
  return raw.length <= MAX_NAME_LENGTH && /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i.test(raw);
}

/**
 * The normalised form of a project or extra name: lower case, runs of `-`, `_` and `.` as one `-`.
 * @throws TROOP-1801 when it is not a name.
 */
export function normalizeName(raw: string): string {
  if (!isValidName(raw)) {
    throw new TroopError('TROOP-1801', { text: raw.slice(0, MAX_NAME_LENGTH) });
  }
  return foldName(raw);
}

/** The folding of PEP 503 without a check: for text that is only compared, such as the literal of an `extra` marker. */
export function foldName(raw: string): string {
  return raw.replace(/[-_.]+/g, '-').toLowerCase();
}
