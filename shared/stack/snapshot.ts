// The lines of a knowledge snapshot (DESIGN.md section 4): a header, then one release a line. A line that does not parse is an
// error that names it, so that a reader can take all of a file or nothing. Fields that are not known here are left alone.
import { TroopError } from '../errors/troop-error.ts';
import { isValidName, normalizeName } from './name.ts';
import type { Release, ReleaseFile, SnapshotHeader, SnapshotIndex } from './release.ts';
import { FieldError, FieldReader } from './snapshot-fields.ts';
import { tryParseVersion } from './version.ts';

export interface SnapshotFormat {
  /** False leaves out where files and indexes are, for a snapshot that is published or kept as a fixture. */
  readonly urls: boolean;
}

const MAX_LINE_LENGTH = 16 * 1024 * 1024;

/** @throws TROOP-1813 */
export function parseSnapshotHeader(line: string): SnapshotHeader {
  return reading(
    () => {
      const fields = FieldReader.ofJson(line, MAX_LINE_LENGTH);
      if (fields.string('format') !== 'troop-knowledge') {
        throw new FieldError('"format" is not "troop-knowledge"');
      }
      if (fields.number('version') !== 1) {
        throw new FieldError('"version" is not 1, the one that this Troop reads');
      }
      const created = fields.time('created');
      const indexes = fields.objects('indexes').map(readIndex);
      if (new Set(indexes.map((index) => index.name)).size < indexes.length) {
        throw new FieldError('two indexes have one name');
      }
      return { format: 'troop-knowledge', version: 1, created, indexes };
    },
    (reason) => new TroopError('TROOP-1813', { reason }),
  );
}

/**
 * Reads the line of one release; `lineNumber` counts from 1, the header included.
 * @throws TROOP-1814 with that number
 */
export function parseReleaseLine(line: string, lineNumber: number): Release {
  return reading(
    () => readRelease(FieldReader.ofJson(line, MAX_LINE_LENGTH)),
    (reason) => new TroopError('TROOP-1814', { line: lineNumber, reason }),
  );
}

/** One line without its end. */
export function formatSnapshotHeader(
  header: SnapshotHeader,
  format: SnapshotFormat = { urls: true },
): string {
  const { format: kind, version, created } = header;
  const indexes = header.indexes.map(({ name, url }) => ({ name, ...(format.urls ? { url } : {}) }));
  return JSON.stringify({ format: kind, version, created, indexes });
}

/** One line without its end; the same release always gives the same line. */
export function formatReleaseLine(release: Release, format: SnapshotFormat = { urls: true }): string {
  return JSON.stringify({
    index: release.index,
    name: release.name,
    version: release.version,
    requires_python: release.requires_python,
    requires_dist: release.requires_dist,
    provides_extra: release.provides_extra,
    yanked: release.yanked,
    files: release.files.map((file) => ({
      filename: file.filename,
      ...(format.urls ? { url: file.url } : {}),
      sha256: file.sha256,
      size: file.size,
      upload_time: file.upload_time,
      requires_python: file.requires_python,
      yanked: file.yanked,
      requires_dist: file.requires_dist,
    })),
  });
}

function readIndex(fields: FieldReader): SnapshotIndex {
  const url = fields.optionalString('url');
  return { name: fields.string('name'), ...(url === undefined ? {} : { url }) };
}

function readRelease(fields: FieldReader): Release {
  const name = fields.string('name');
  const version = fields.string('version');
  if (!isValidName(name)) {
    throw new FieldError(`"${name.slice(0, 80)}" is not a project name`);
  }
  if (tryParseVersion(version) === null) {
    throw new FieldError(`"${version.slice(0, 80)}" is not a version`);
  }
  return {
    index: fields.string('index'),
    name: normalizeName(name),
    version,
    requires_python: fields.nullableString('requires_python'),
    // Writers that know no empty list put an empty object; a snapshot in use has one such line. Any other object is an error.
    requires_dist: fields.isEmptyObject('requires_dist') ? [] : fields.nullableStrings('requires_dist'),
    provides_extra: fields.nullableStrings('provides_extra') ?? [],
    yanked: fields.optionalBoolean('yanked') ?? false,
    files: fields.objects('files').map(readFile),
  };
}

function readFile(fields: FieldReader): ReleaseFile {
  const sha256 = fields.optionalString('sha256')?.toLowerCase();
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new FieldError('"sha256" is not 64 hexadecimal digits');
  }
  const filename = fields.string('filename');
  if (/[/\\\0]/.test(filename)) {
    throw new FieldError('"filename" is a path');
  }
  return withoutUndefined({
    filename,
    url: fields.optionalString('url'),
    sha256,
    size: fields.optionalSize('size'),
    upload_time: fields.optionalTime('upload_time'),
    requires_python: fields.has('requires_python') ? fields.nullableString('requires_python') : undefined,
    yanked: fields.optionalBoolean('yanked'),
    requires_dist: fields.has('requires_dist')
      ? (fields.nullableStrings('requires_dist') ?? undefined)
      : undefined,
  });
}

type Loose<Shape> = { readonly [Key in keyof Shape]: Shape[Key] | undefined };

/** An absent field stays absent, so that a release that is read and written again is the same line. */
function withoutUndefined(file: Loose<Required<ReleaseFile>> & { readonly filename: string }): ReleaseFile {
  const { filename } = file;
  const known = Object.entries(file).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(known), filename };
}

function reading<Value>(read: () => Value, wrap: (reason: string) => TroopError): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof FieldError) {
      throw wrap(error.message);
    }
    throw error;
  }
}
