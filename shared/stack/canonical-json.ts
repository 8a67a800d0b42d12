// One spelling for one value, so that equal values have equal hashes: keys sorted by UTF-16 code units, no white space,
// strings and numbers as ECMAScript writes them. https://www.rfc-editor.org/rfc/rfc8785
import { createHash } from 'node:crypto';
import { TroopError } from '../errors/troop-error.ts';

/**
 * Canonical JSON of a value made of strings, finite numbers, booleans, null, arrays and plain objects.
 * Keys whose value is undefined are left out.
 * @throws TROOP-1818 on anything else.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$');
}

/** Lower-case hex SHA-256 of UTF-8 text or bytes. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function write(value: unknown, path: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item, index) => write(item, `${path}[${index}]`)).join(',')}]`;
  }
  if (isPlainObject(value)) {
    const members = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .toSorted(byCodeUnits)
      .map((key) => `${JSON.stringify(key)}:${write(value[key], `${path}.${key}`)}`);
    return `{${members.join(',')}}`;
  }
  throw new TroopError('TROOP-1818', { path });
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The order of names everywhere in a stack: independent of the locale of the machine. */
export function byCodeUnits(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
