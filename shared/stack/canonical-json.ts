// One spelling for one value, so that equal values have equal hashes: keys sorted by UTF-16 code units, no white space,
// strings and numbers as ECMAScript writes them. https://www.rfc-editor.org/rfc/rfc8785
import { hash } from 'node:crypto';
import { TroopError } from '../errors/troop-error.ts';

/**
 * Canonical JSON of a value made of strings, finite numbers, booleans, null, arrays and plain objects.
 * Keys whose value is undefined are left out.
 * @throws TROOP-1818 on anything else.
 */
export function canonicalJson(value: unknown): string {
  const text = write(value);
  if (text === undefined) {
    throw new TroopError('TROOP-1818', { path: pathToForeign(value, '$') ?? '$' });
  }
  return text;
}

/** Lower-case hex SHA-256 of UTF-8 text or bytes. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** Undefined when there is anything in it that has no canonical form. Every stack passes here, so it builds nothing that it need not. */
function write(value: unknown): string | undefined {
  if (typeof value === 'string' || value === null || typeof value === 'boolean') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? JSON.stringify(value) : undefined;
  }
  if (Array.isArray(value)) {
    return writeArray(value);
  }
  return isPlainObject(value) ? writeObject(value) : undefined;
}

function writeArray(items: readonly unknown[]): string | undefined {
  let text = '[';
  for (let index = 0; index < items.length; index++) {
    const item = write(items[index]);
    if (item === undefined) {
      return undefined;
    }
    text += index === 0 ? item : `,${item}`;
  }
  return `${text}]`;
}

function writeObject(value: Readonly<Record<string, unknown>>): string | undefined {
  let text = '{';
  for (const key of sortedKeys(value)) {
    const member = value[key];
    if (member !== undefined) {
      const item = write(member);
      if (item === undefined) {
        return undefined;
      }
      text += `${text.length === 1 ? '' : ','}${JSON.stringify(key)}:${item}`;
    }
  }
  return `${text}}`;
}

/** By UTF-16 code units, which is what `sort` does by itself; most objects are written in that order already. */
function sortedKeys(value: Readonly<Record<string, unknown>>): readonly string[] {
  const keys = Object.keys(value);
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] as string) > (keys[index] as string)) {
      return keys.toSorted(byCodeUnits);
    }
  }
  return keys;
}

/** Where the first thing is that has no canonical form. */
function pathToForeign(value: unknown, path: string): string | undefined {
  if (write(value) !== undefined) {
    return undefined;
  }
  if (Array.isArray(value)) {
    return firstOf(value.map((item: unknown, index) => pathToForeign(item, `${path}[${index}]`))) ?? path;
  }
  if (isPlainObject(value)) {
    const keys = sortedKeys(value).filter((key) => value[key] !== undefined);
    return firstOf(keys.map((key) => pathToForeign(value[key], `${path}.${key}`))) ?? path;
  }
  return path;
}

function firstOf(paths: readonly (string | undefined)[]): string | undefined {
  return paths.find((path) => path !== undefined);
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
