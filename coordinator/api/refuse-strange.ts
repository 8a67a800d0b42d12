// What no route takes, whatever its schema allows: characters that no column of PostgreSQL holds (NUL, half of a surrogate
// pair), numbers without end, and nesting that would exhaust the stack of whoever reads, hashes or copies the value later.
import { Readable } from 'node:stream';
import { TroopError } from '../../shared/errors/troop-error.ts';

const MAX_DEPTH = 64;
const UNSTORABLE = /[\0\p{Cs}]/u;

/** Streams are left alone. @throws TROOP-1002 that names `what` */
export function refuseStrange(what: string, value: unknown, depth = 0): void {
  const reason = reasonAgainst(value);
  if (reason !== null) throw wrong(what, reason);
  if (typeof value !== 'object' || value === null || value instanceof Readable) return;
  if (depth === MAX_DEPTH) throw wrong(what, `its values are more than ${MAX_DEPTH} deep in one another`);
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) refuseStrange(what, item, depth + 1);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    refuseStrange(what, key, depth);
    refuseStrange(what, item, depth + 1);
  }
}

/** Of a value that holds no others. */
function reasonAgainst(value: unknown): string | null {
  if (typeof value === 'string') {
    return UNSTORABLE.test(value) ? 'a text holds a NUL or half of a character' : null;
  }
  // `1e999` is valid JSON, and bounds do not hold it back: the validator compares finite numbers alone.
  return typeof value === 'number' && !Number.isFinite(value) ? 'a number is too large' : null;
}

function wrong(what: string, reason: string): TroopError {
  return new TroopError('TROOP-1002', { what, reason });
}
