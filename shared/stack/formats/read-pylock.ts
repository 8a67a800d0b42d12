// Reads a `pylock.toml` of any tool into pins. https://peps.python.org/pep-0751/
import { TroopError } from '../../errors/troop-error.ts';
import type { EnvironmentDescription } from '../environment.ts';
import { parseMarker } from '../marker.ts';
import { normalizeName } from '../name.ts';
import { parsePythonVersion } from '../python-version.ts';
import { FieldError, type FieldReader } from '../snapshot-fields.ts';
import { parseTomlDocument, placeOf, readingDocument } from './document.ts';
import { sha256Of, type LockedPin, type LockedPins } from './locked-pins.ts';
import { labelsOf, labelsText } from './wheel-variants.ts';

/** Packages that come from no index; a lock that holds one is refused. */
const FOREIGN = ['vcs', 'directory', 'archive'] as const;

/**
 * Index, extras and target environment are those that our own writer notes under `tool.troop`; the lock of another tool has
 * none, and its index is unknown.
 * @throws TROOP-2001 with the place, TROOP-2002 with the package
 */
export function parsePylock(text: string, file = 'pylock.toml'): LockedPins {
  const document = parseTomlDocument(text, file);
  return readingDocument(file, () => {
    const version = document.string('lock-version');
    if (!/^1\.\d+$/.test(version)) {
      const reason = `"lock-version" is ${version.slice(0, 20)}, and 1.x is understood`;
      throw new TroopError('TROOP-2001', { file, place: 'the top', reason });
    }
    const pins = document.objects('packages').map((fields, position) => {
      const place = `packages[${position}]`;
      return readingDocument(file, () => readPackage(fields, { text, file, place }), place);
    });
    return { pins, environment: readEnvironment(document) };
  });
}

interface Place {
  readonly text: string;
  readonly file: string;
  readonly place: string;
}

function readPackage(fields: FieldReader, { text, file, place }: Place): LockedPin {
  const name = normalizeName(fields.string('name'));
  const foreign = FOREIGN.find((key) => fields.has(key));
  if (foreign !== undefined) {
    const where = placeOf(text, `"${fields.string('name')}"`, place);
    throw new TroopError('TROOP-2002', { file, place: where, what: `${name} from a ${foreign}` });
  }
  const tool = fields.optionalObject('tool')?.optionalObject('troop') ?? null;
  const marker = fields.optionalString('marker');
  const sdist = fields.optionalObject('sdist');
  const files = [
    ...(fields.has('wheels') ? fields.objects('wheels') : []),
    ...(sdist === null ? [] : [sdist]),
  ];
  const variant = variantOf(files, tool);
  const hashes = files.flatMap((one) => one.optionalObject('hashes')?.optionalString('sha256') ?? []);
  return {
    name,
    version: fields.string('version'),
    index: tool?.optionalString('index') ?? null,
    extras: tool?.nullableStrings('extras') ?? [],
    variant,
    sha256: sha256Of(hashes.map((digest) => `sha256:${digest}`)),
    marker: marker === undefined ? null : parseMarker(marker),
  };
}

/**
 * The variant that the wheels of a package are; null for plain ones. A lock with several would install one or the other, as
 * the machine is.
 */
function variantOf(files: readonly FieldReader[], tool: FieldReader | null): string | null {
  const labels = labelsOf(files.map(filenameOf));
  const noted = tool?.optionalString('variant') ?? null;
  const [label = noted] = labels;
  if (labels.length > 1) {
    throw new FieldError(`its wheels are of several variants (${labelsText(labels)}), which is no one stack`);
  }
  if (noted !== null && noted !== label) {
    throw new FieldError(`"tool.troop.variant" is ${noted.slice(0, 20)}, and its wheels are of another`);
  }
  return label;
}

/** A file that has no name has it in its address or path (PEP 751). */
function filenameOf(file: FieldReader): string {
  const place =
    file.optionalString('name') ?? file.optionalString('path') ?? file.optionalString('url') ?? '';
  return (
    place
      .replace(/[?#].*$/s, '')
      .split('/')
      .at(-1) ?? ''
  );
}

function readEnvironment(document: FieldReader): Partial<EnvironmentDescription> {
  const tool = document.optionalObject('tool')?.optionalObject('troop') ?? null;
  const python = tool?.optionalString('python') ?? pinnedPython(document.optionalString('requires-python'));
  return {
    ...(python === undefined ? {} : { python }),
    platform: tool?.optionalString('platform'),
    image: tool?.optionalString('image'),
    markers: textsOf(tool?.optionalObject('markers') ?? null),
    variables: textsOf(tool?.optionalObject('variables') ?? null),
  };
}

/** X.Y where a specifier admits no other: `==3.11.*`. */
export function pinnedPython(requiresPython: string | undefined): string | undefined {
  const pinned = /^\s*={2}\s*(3\.\d{1,2})(?:\.\*|\.\d{1,3})?\s*$/.exec(requiresPython ?? '')?.[1];
  return pinned === undefined ? undefined : shortPython(pinned);
}

/** `3.11.7` as `3.11`. @throws TROOP-1807 */
export function shortPython(text: string): string {
  const { major, minor, isFreeThreaded } = parsePythonVersion(text);
  return `${major}.${minor}${isFreeThreaded ? 't' : ''}`;
}

function textsOf(fields: FieldReader | null): Readonly<Record<string, string>> | undefined {
  if (fields === null) {
    return undefined;
  }
  // An empty value is a value: it must not be taken for an absent one.
  return Object.fromEntries(fields.names.map((name) => [name, fields.nullableString(name) ?? '']));
}
