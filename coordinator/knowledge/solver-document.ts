// A document of Thoth's solver as knowledge: every package that it installed becomes a release of its index, with the
// requirements of its metadata. What did not install is left out. Files are not known, so a release counts as installable
// wherever its requires_python admits the Python.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { withoutCredentials } from '../../shared/pip/credentials.ts';
import { byCodeUnits } from '../../shared/stack/canonical-json.ts';
import { formatMarker, mentionsExtra, parseMarker } from '../../shared/stack/marker.ts';
import { isValidName, normalizeName } from '../../shared/stack/name.ts';
import type { Release, SnapshotHeader } from '../../shared/stack/release.ts';
import { parseRequirement } from '../../shared/stack/requirement.ts';
import { FieldError, FieldReader } from '../../shared/stack/snapshot-fields.ts';
import { tryParseVersion } from '../../shared/stack/version.ts';
import { namedByAddress } from '../inputs/request-text.ts';

export interface SolverKnowledge {
  readonly header: SnapshotHeader;
  readonly releases: readonly Release[];
  /** `name version: why` of packages that the solver could not install, and that are not taken. */
  readonly failed: readonly string[];
  /** `name version` of packages whose version is of before PEP 440, and that are not taken. */
  readonly legacy: readonly string[];
}

/** In UTF-16 code units; documents of big closures have some tens of MiB. */
const MAX_LENGTH = 256 * 1024 * 1024;

/** Whether a text begins like a solver document, and so not like a snapshot. */
export function looksLikeSolverDocument(start: string): boolean {
  return /^\s*\{\s*"(?:metadata|result)"\s*:/.test(start);
}

/**
 * Knowledge of one document, or of several (JSON Lines). The same version of an index in two documents is one release.
 * @throws TROOP-2008 with the place
 */
export function readSolverDocuments(documents: readonly { text: string; file: string }[]): SolverKnowledge {
  const releases = new Map<string, Release>();
  const indexes = new Map<string, string>();
  const failed: string[] = [];
  const legacy = new Set<string>();
  let created = '';
  for (const { text, file } of documents.flatMap(separated)) {
    const document = reading(file, 'the whole', () => FieldReader.ofJson(text, MAX_LENGTH));
    const result = reading(file, 'result', () => document.optionalObject('result'));
    if (result === null || !result.has('tree')) {
      throw new TroopError('TROOP-2008', { file, place: 'result', reason: 'it has no "tree"' });
    }
    const tree = reading(file, 'result.tree', () => result.objects('tree'));
    for (const [position, item] of tree.entries()) {
      const { release, url } = reading(file, `result.tree[${position}]`, () => readPackage(item));
      if (tryParseVersion(release.version) === null) {
        legacy.add(`${release.name} ${release.version}`);
        continue;
      }
      indexes.set(release.index, url);
      releases.set(JSON.stringify([release.index, release.name, release.version]), release);
    }
    for (const error of reading(file, 'result.errors', () => readErrors(result))) failed.push(error);
    const time = reading(file, 'metadata', () => timeOf(document));
    created = time > created ? time : created;
  }
  const header: SnapshotHeader = {
    format: 'troop-knowledge',
    version: 1,
    created: created === '' ? '1970-01-01T00:00:00Z' : created,
    indexes: [...indexes].toSorted(([a], [b]) => byCodeUnits(a, b)).map(([name, url]) => ({ name, url })),
  };
  return { header, releases: [...releases.values()], failed: [...new Set(failed)], legacy: [...legacy] };
}

/** A file of several documents has one a line; the first line of a single one is seldom whole. */
function separated({
  text,
  file,
}: {
  text: string;
  file: string;
}): readonly { text: string; file: string }[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const isLines =
    lines.length > 1 && lines.every((line) => line.startsWith('{') && line.trimEnd().endsWith('}'));
  return isLines
    ? lines.map((line, position) => ({ text: line, file: `${file}, line ${position + 1}` }))
    : [{ text, file }];
}

/** What older tools took for a version, such as 2004d or 1.0-dev-r12. */
const LEGACY = /^[a-z0-9][a-z0-9._+!~-]{0,99}$/i;

function readPackage(item: FieldReader): { release: Release; url: string } {
  const name = item.string('package_name');
  const version = item.string('package_version');
  if (!isValidName(name)) throw new FieldError('"package_name" is not a project name');
  if (tryParseVersion(version) === null && !LEGACY.test(version)) {
    throw new FieldError('"package_version" is not a version');
  }
  const index = namedByAddress(item.string('index_url'));
  if (index === null) throw new FieldError('"index_url" is no http, https or file address');
  const metadata = item.optionalObject('importlib_metadata')?.optionalObject('metadata') ?? null;
  const requiresDist = requirementLines(item, metadata);
  return {
    url: withoutCredentials(index.url),
    release: {
      index: index.name,
      name: normalizeName(name),
      version,
      requires_python: metadata === null ? null : metadata.nullableString('Requires-Python'),
      requires_dist: requiresDist,
      provides_extra: providedExtras(item, metadata),
      yanked: false,
      files: [],
    },
  };
}

/** As the metadata has them; else put together from what the solver made of each. */
function requirementLines(item: FieldReader, metadata: FieldReader | null): readonly string[] {
  const written = metadata?.nullableStrings('Requires-Dist') ?? null;
  // One that is of before PEP 508 goes with its release, which the engine leaves out and counts.
  if (written !== null) return written.map((line) => readable(line) ?? line);
  return item.has('dependencies') ? item.objects('dependencies').map(lineOf) : [];
}

function lineOf(dependency: FieldReader): string {
  const name = dependency.string('package_name');
  const extras = dependency.nullableStrings('extras') ?? [];
  const specifier = dependency.nullableString('specifier') ?? '';
  const marker = guarded(dependency.nullableString('marker'), dependency.nullableStrings('extra') ?? []);
  const bare = specifier.trim() === '*' ? '' : specifier.trim();
  return checked(
    `${name}${extras.length === 0 ? '' : `[${extras.join(',')}]`}${bare}${marker === '' ? '' : `; ${marker}`}`,
  );
}

/** The marker, and the extras that ask for the dependency where the marker does not say so itself. */
function guarded(marker: string | null, extras: readonly string[]): string {
  const condition = extras.map((extra) => `extra == "${extra}"`).join(' or ');
  if (marker === null || marker.trim() === '') return condition;
  const parsed = parseMarker(marker);
  if (condition === '' || mentionsExtra(parsed)) return formatMarker(parsed);
  return `(${formatMarker(parsed)}) and (${condition})`;
}

function readable(line: string): string | null {
  try {
    return checked(line);
  } catch (error) {
    if (error instanceof TroopError) return null;
    throw error;
  }
}

function checked(line: string): string {
  return parseRequirement(line).text;
}

function providedExtras(item: FieldReader, metadata: FieldReader | null): readonly string[] {
  const written = metadata?.nullableStrings('Provides-Extra') ?? null;
  if (written !== null) return written;
  const dependencies = item.has('dependencies') ? item.objects('dependencies') : [];
  return [...new Set(dependencies.flatMap((one) => one.nullableStrings('extra') ?? []))].toSorted();
}

function readErrors(result: FieldReader): readonly string[] {
  if (!result.has('errors')) return [];
  return result.objects('errors').map((one) => {
    const pin = [one.optionalString('package_name') ?? '?', one.optionalString('package_version') ?? '']
      .join(' ')
      .trim();
    return `${pin}: ${one.optionalString('type') ?? 'error'}`;
  });
}

/** RFC 3339, made of a time that names no zone and is UTC; empty when there is none. */
function timeOf(document: FieldReader): string {
  const text = document.optionalObject('metadata')?.optionalString('datetime') ?? '';
  const [, time] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  return time === undefined || Number.isNaN(Date.parse(`${time}Z`)) ? '' : `${time}Z`;
}

function reading<Value>(file: string, place: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    const isKnown =
      error instanceof FieldError || (error instanceof TroopError && error.code.startsWith('TROOP-18'));
    if (!isKnown) throw error;
    throw new TroopError('TROOP-2008', { file, place, reason: error.message }, { cause: error });
  }
}
