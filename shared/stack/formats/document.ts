// TOML and JSON documents from outside. Whatever is wrong with one is a catalogue error that names file and place, never
// an exception of a parser; sizes are bounded, and both parsers are linear in the length of the text.
import { parse, TomlError } from 'smol-toml';
import { TroopError } from '../../errors/troop-error.ts';
import { FieldError, FieldReader } from '../snapshot-fields.ts';

/** In UTF-16 code units. */
export const MAX_DOCUMENT_LENGTH = 32 * 1024 * 1024;
const MAX_TOML_DEPTH = 64;

/** @throws TROOP-2001 */
export function parseTomlDocument(text: string, file: string): FieldReader {
  refuseLong(text, file);
  try {
    return FieldReader.of(parse(text.replace(/^\uFEFF/, ''), { maxDepth: MAX_TOML_DEPTH }));
  } catch (error) {
    const place = error instanceof TomlError ? `line ${error.line}` : 'the whole';
    const reason = (error instanceof Error ? error.message : 'it is not TOML').split('\n', 1)[0];
    throw new TroopError('TROOP-2001', { file, place, reason }, { cause: error });
  }
}

/** @throws TROOP-2001 */
export function parseJsonDocument(text: string, file: string): FieldReader {
  return readingDocument(file, () => FieldReader.ofJson(text.replace(/^\uFEFF/, ''), MAX_DOCUMENT_LENGTH));
}

/**
 * Runs a reader of fields, and says in which file and where a field is not what it must be.
 * @throws TROOP-2001 in place of a `FieldError`, and of an error of the language of stacks when `place` is given
 */
export function readingDocument<Value>(file: string, read: () => Value, place?: string): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof FieldError) {
      throw new TroopError('TROOP-2001', { file, place: place ?? 'a field', reason: error.message });
    }
    if (place !== undefined && error instanceof TroopError && error.code.startsWith('TROOP-18')) {
      throw new TroopError('TROOP-2001', { file, place, reason: error.message }, { cause: error });
    }
    throw error;
  }
}

function refuseLong(text: string, file: string): void {
  if (text.length > MAX_DOCUMENT_LENGTH) {
    const reason = `it is longer than ${MAX_DOCUMENT_LENGTH} characters`;
    throw new TroopError('TROOP-2001', { file, place: 'the whole', reason });
  }
}

/** Where a text first stands in a file, for errors of formats whose parser keeps no lines: `line 7`, or `fallback`. */
export function placeOf(document: string, needle: string | RegExp, fallback: string): string {
  const at = typeof needle === 'string' ? document.indexOf(needle) : document.search(needle);
  if (at === -1) {
    return fallback;
  }
  return `line ${document.slice(0, at).split('\n').length}, ${fallback}`;
}
