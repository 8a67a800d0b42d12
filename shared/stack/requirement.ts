// Requirements of PEP 508: `name[extra] >=1,<2; marker` or `name[extra] @ url ; marker`.
// https://packaging.python.org/en/latest/specifications/dependency-specifiers/#grammar
import { TroopError } from '../errors/troop-error.ts';
import { byCodeUnits } from './canonical-json.ts';
import { foreignForm } from './foreign-form.ts';
import { formatMarker, type Marker } from './marker.ts';
import { scanMarker } from './marker-parser.ts';
import { isValidName, MAX_NAME_LENGTH, normalizeName } from './name.ts';
import { formatSpecifierSet, parseSpecifierSet, type SpecifierSet } from './specifier.ts';
import { isNameCharacter, TextScanner } from './text-scanner.ts';

export interface Requirement {
  /** Normalised. */
  readonly name: string;
  /** Normalised, sorted, each once. */
  readonly extras: readonly string[];
  /** Allows everything when the requirement names a URL or no version. */
  readonly specifier: SpecifierSet;
  readonly marker: Marker | null;
  readonly url: string | null;
  /** As written, surrounding white space apart. */
  readonly text: string;
}

/** @throws TROOP-1804, TROOP-1805 or TROOP-1806, each names the character; TROOP-1822 for what pip takes beside requirements. */
export function parseRequirement(text: string): Requirement {
  try {
    return scanRequirement(text);
  } catch (error) {
    const form = foreignForm(text.trim());
    if (form === null || !(error instanceof TroopError)) throw error;
    throw new TroopError('TROOP-1822', { text: error.facts['text'] ?? '', form }, { cause: error });
  }
}

function scanRequirement(text: string): Requirement {
  const scanner = new TextScanner(text.trim(), 'TROOP-1804');
  const name = scanName(scanner, 'a project name');
  scanner.skipSpace();
  const extras = scanExtras(scanner);
  scanner.skipSpace();
  const url = scanUrl(scanner);
  const specifier = url === null ? scanSpecifier(scanner) : parseSpecifierSet('');
  scanner.skipSpace();
  const marker = scanner.accept(';') ? scanMarker(scanner) : null;
  if (!scanner.isAtEnd) {
    throw scanner.error(marker === null ? 'expected ";" or the end' : 'expected "and", "or" or the end');
  }
  return { name, extras, specifier, marker, url, text: scanner.text };
}

/** One spelling: normalised names, sorted extras, clauses as written. */
export function formatRequirement(requirement: Requirement): string {
  const extras = requirement.extras.length === 0 ? '' : `[${requirement.extras.join(',')}]`;
  const target =
    requirement.url === null ? formatSpecifierSet(requirement.specifier) : ` @ ${requirement.url}`;
  // White space ends a URL, so the semicolon must not touch it.
  const separator = requirement.url === null ? '; ' : ' ; ';
  const marker = requirement.marker === null ? '' : separator + formatMarker(requirement.marker);
  return requirement.name + extras + target + marker;
}

function scanName(scanner: TextScanner, wanted: string): string {
  const start = scanner.position;
  const name = scanner.takeWhile(isNameCharacter);
  if (name === '') {
    throw scanner.error(`expected ${wanted}`);
  }
  if (name.length > MAX_NAME_LENGTH) {
    const what = wanted.replace(/^an? /, 'the ');
    throw scanner.error(`${what} is longer than ${MAX_NAME_LENGTH} characters`, start);
  }
  if (!isValidName(name)) {
    throw scanner.error(`expected ${wanted} that begins and ends with a letter or a digit`, start);
  }
  return normalizeName(name);
}

function scanExtras(scanner: TextScanner): readonly string[] {
  if (!scanner.accept('[')) {
    return [];
  }
  const extras = new Set<string>();
  scanner.skipSpace();
  while (!scanner.accept(']')) {
    if (extras.size > 0 && !scanner.accept(',')) {
      throw scanner.error('expected "," or "]"');
    }
    scanner.skipSpace();
    extras.add(scanName(scanner, 'an extra'));
    scanner.skipSpace();
  }
  return [...extras].toSorted(byCodeUnits);
}

function scanUrl(scanner: TextScanner): string | null {
  if (!scanner.accept('@')) {
    return null;
  }
  scanner.skipSpace();
  const url = scanner.takeWhile((character) => character !== ' ' && character !== '\t');
  if (url === '') {
    throw scanner.error('expected a URL after "@"');
  }
  return url;
}

function scanSpecifier(scanner: TextScanner): SpecifierSet {
  const start = scanner.position;
  const isEnclosed = scanner.accept('(');
  const text = scanner.takeWhile((character) => character !== ';' && character !== ')');
  if (isEnclosed && !scanner.accept(')')) {
    throw scanner.error('this parenthesis has no end', start);
  }
  if (/^[^=~!<>]/.test(text.trim())) {
    throw scanner.error('expected a version specifier, ";" or the end', start);
  }
  if (/,\s*,/.test(text)) {
    throw scanner.error('expected a version specifier between the commas', start);
  }
  try {
    return parseSpecifierSet(text);
  } catch (error) {
    if (error instanceof TroopError) {
      throw scanner.error(String(error.facts['reason'] ?? error.message), start);
    }
    throw error;
  }
}
