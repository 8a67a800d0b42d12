// Pipfile, as TOML or as the JSON that Thoth's tools pass around. https://github.com/pypa/pipfile
import { TroopError } from '../../shared/errors/troop-error.ts';
import { withoutCredentials } from '../../shared/pip/credentials.ts';
import {
  parseJsonDocument,
  parseTomlDocument,
  placeOf,
  readingDocument,
} from '../../shared/stack/formats/document.ts';
import { FOREIGN_KEYS } from '../../shared/stack/formats/read-pipfile-lock.ts';
import { shortPython } from '../../shared/stack/formats/read-pylock.ts';
import { isValidName, normalizeName } from '../../shared/stack/name.ts';
import { FieldReader } from '../../shared/stack/snapshot-fields.ts';
import {
  checkedRequirement,
  EMPTY_REQUEST,
  wantedIndexNote,
  type RequestIndex,
  type RequestOptions,
  type RequestText,
} from './request-text.ts';

/** The marker fields that may stand as keys beside a version. */
const MARKER_KEYS = [
  'os_name',
  'sys_platform',
  'platform_machine',
  'platform_python_implementation',
  'platform_release',
  'platform_system',
  'platform_version',
  'python_version',
  'python_full_version',
  'implementation_name',
  'implementation_version',
] as const;
const KNOWN_TABLES = [
  'source',
  'sources',
  'packages',
  'dev-packages',
  'requires',
  'pipenv',
  'scripts',
  'thoth',
];

interface File {
  readonly text: string;
  readonly file: string;
}

/** @throws TROOP-2001, TROOP-2002, TROOP-2005 */
export function readPipfile(text: string, file: string, options: RequestOptions = {}): RequestText {
  const isJson = /^\s*\{/.test(text.slice(0, 1000));
  const document = isJson ? parseJsonDocument(text, file) : parseTomlDocument(text, file);
  return readingDocument(file, () => {
    const notes: string[] = [];
    const tables = ['packages', ...(options.groups ?? []).map((group) => categoryOf(document, group, file))];
    const requirements = tables.flatMap((table) => {
      const packages = document.optionalObject(table);
      return packages === null ? [] : readPackages(packages, { table, notes, file, text });
    });
    const requires = document.optionalObject('requires');
    const python =
      requires?.optionalString('python_version') ?? requires?.optionalString('python_full_version');
    const thoth = document.optionalObject('thoth');
    if (thoth !== null) notes.push(...unheeded(thoth, file));
    if ((options.extras ?? []).length > 0) notes.push(`${file}: a Pipfile has no extras; none is taken`);
    return {
      ...EMPTY_REQUEST,
      requirements: [...new Set(requirements)],
      python:
        python === undefined || python === '*'
          ? null
          : readingDocument(file, () => shortPython(python), 'requires'),
      indexes: readSources(document, file),
      ...readPrereleases(document.optionalObject('pipenv'), thoth),
      notes,
    };
  });
}

function unheeded(thoth: FieldReader, file: string): readonly string[] {
  return thoth.names
    .filter((name) => name !== 'allow_prereleases')
    .map((name) => `${file}: ${name} of the section [thoth] has no effect`);
}

/** pipenv lets in those of all projects; Thoth's tools let in those of one, or keep them out, by name. */
function readPrereleases(
  pipenv: FieldReader | null,
  thoth: FieldReader | null,
): Pick<RequestText, 'allowPrereleases' | 'prereleasesOf'> {
  const allowed = thoth?.optionalObject('allow_prereleases') ?? null;
  const of = (allowed?.names ?? []).map(
    (name) => [normalizeName(name), allowed?.optionalBoolean(name) === true ? 'allow' : 'disallow'] as const,
  );
  return {
    allowPrereleases: pipenv?.optionalBoolean('allow_prereleases') ?? false,
    prereleasesOf: Object.fromEntries(of),
  };
}

function categoryOf(document: FieldReader, group: string, file: string): string {
  const table = group === 'dev' ? 'dev-packages' : group;
  if (table === 'dev-packages' || (document.has(table) && !KNOWN_TABLES.includes(table))) return table;
  const known = document.names.filter((name) => !KNOWN_TABLES.includes(name));
  throw new TroopError('TROOP-2005', {
    file,
    kind: 'category',
    name: group,
    known: ['dev', ...known].join(', '),
  });
}

function readSources(document: FieldReader, file: string): readonly RequestIndex[] {
  const key = document.has('source') ? 'source' : 'sources';
  if (!document.has(key)) return [];
  return document.objects(key).map((source, position) => {
    const url = withoutCredentials(source.string('url'));
    if (!/^(?:https?|file):/.test(url)) {
      const reason = 'its "url" is no http, https or file address';
      throw new TroopError('TROOP-2001', { file, place: `${key}[${position}]`, reason });
    }
    return { name: source.optionalString('name') ?? `source-${position + 1}`, url };
  });
}

interface Section extends File {
  readonly table: string;
  readonly notes: string[];
}

function readPackages(packages: FieldReader, section: Section): readonly string[] {
  return packages.names.map((name) => {
    const value = packages.value(name);
    const quoted = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    // Worked out for an error alone: it walks the text.
    const where = (): { file: string; place: string } => ({
      file: section.file,
      place: placeOf(
        section.text,
        new RegExp(`^[ \\t]*["']?${quoted}["']?[ \\t]*[=:]`, 'm'),
        `${section.table}.${name}`,
      ),
    });
    return requirementOf(name, value, { ...section, where });
  });
}

interface Entry extends Section {
  readonly where: () => { file: string; place: string };
}

function requirementOf(name: string, value: unknown, entry: Entry): string {
  if (typeof value === 'string') return assembled({ name, version: value, extras: [], markers: [] }, entry);
  const fields = readingDocument(entry.file, () => FieldReader.of(value, name));
  const foreign = FOREIGN_KEYS.find((key) => fields.has(key));
  if (foreign !== undefined) {
    throw new TroopError('TROOP-2002', { ...entry.where(), what: `${name} with "${foreign}"` });
  }
  const markers = MARKER_KEYS.flatMap((key) => {
    const text = fields.optionalString(key);
    return text === undefined ? [] : [`${key} ${text}`];
  });
  const written = fields.optionalString('markers');
  const index = fields.optionalString('index');
  if (index !== undefined) {
    entry.notes.push(wantedIndexNote(entry.file, name, index));
  }
  const known = ['version', 'extras', 'markers', 'index', ...MARKER_KEYS];
  const others = fields.names.filter((key) => !known.includes(key));
  if (others.length > 0) entry.notes.push(`${entry.file}: ${name} has ${others.join(', ')}: no effect`);
  return assembled(
    {
      name,
      version: fields.optionalString('version') ?? '*',
      extras: fields.nullableStrings('extras') ?? [],
      markers: written === undefined ? markers : [...markers, written],
    },
    entry,
  );
}

interface Parts {
  readonly name: string;
  readonly version: string;
  readonly extras: readonly string[];
  readonly markers: readonly string[];
}

function assembled({ name, version, extras, markers }: Parts, { where }: Entry): string {
  const bare = version.trim();
  const specifier = bare === '*' || bare === '' ? '' : bare;
  const extra = extras.length === 0 ? '' : `[${extras.join(',')}]`;
  const [only] = markers;
  const marker = markers.length > 1 ? markers.map((one) => `(${one})`).join(' and ') : only;
  const text = `${name}${extra}${specifier}${marker === undefined ? '' : `; ${marker}`}`;
  // A line that splits into something else than its parts must not pass for them.
  const isWhole = isValidName(name) && extras.every(isValidName) && /^(?:[=~!<>][^;@]*)?$/.test(specifier);
  return isWhole ? lazily(text, where) : refused(name, where());
}

function refused(name: string, where: { file: string; place: string }): never {
  throw new TroopError('TROOP-2001', {
    ...where,
    reason: `"${name.slice(0, 80)}" is no project with a version`,
  });
}

function lazily(text: string, where: () => { file: string; place: string }): string {
  try {
    return checkedRequirement(text, { file: '', place: '' });
  } catch (error) {
    if (error instanceof TroopError) {
      throw new TroopError(error.code, { ...error.facts, ...where() }, { cause: error });
    }
    throw error;
  }
}
