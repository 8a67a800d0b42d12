// The core metadata of a distribution (METADATA of a wheel, PKG-INFO of an sdist), as far as dependencies need it:
// https://packaging.python.org/en/latest/specifications/core-metadata/. Header lines end at the first empty line.
import { createHash } from 'node:crypto';

export interface CoreMetadata {
  /** `2.1` as [2, 1]. */
  readonly metadataVersion: readonly [number, number];
  readonly name: string;
  readonly version: string;
  readonly requiresPython: string | null;
  /** PEP 508 lines as they are written. */
  readonly requiresDist: readonly string[];
  readonly providesExtra: readonly string[];
  /** Lower-case field names (PEP 643). */
  readonly dynamic: readonly string[];
}

/** What was learned about the dependencies of one file, and from where. */
export interface LearnedMetadata {
  readonly requiresDist: readonly string[];
  readonly requiresPython: string | null;
  readonly providesExtra: readonly string[];
  /** SHA-256 of the metadata's bytes: files with the same one are not told apart. */
  readonly digest: string;
  readonly source: 'metadata-file' | 'wheel' | 'sdist';
}

/** Metadata may be as large as this. */
export const maximumMetadataBytes = 8 * 1024 * 1024;

/** Reads the header fields; null when this is no core metadata (no Metadata-Version or no Name). */
export function parseMetadata(text: string): CoreMetadata | null {
  const fields = headerFields(text);
  const first = (name: string): string | null => fields.get(name)?.[0] ?? null;
  const version = /^(\d{1,3})\.(\d{1,3})$/.exec(first('metadata-version') ?? '');
  const name = first('name');
  if (version === null || name === null || name === '') return null;
  const requiresPython = first('requires-python');
  return {
    metadataVersion: [Number(version[1]), Number(version[2])],
    name,
    version: first('version') ?? '',
    requiresPython: requiresPython === '' ? null : requiresPython,
    requiresDist: (fields.get('requires-dist') ?? []).filter((line) => line !== ''),
    providesExtra: (fields.get('provides-extra') ?? []).filter((line) => line !== ''),
    dynamic: (fields.get('dynamic') ?? []).map((field) => field.toLowerCase()),
  };
}

/** Whether an sdist's PKG-INFO says for certain what a wheel built of it will need (PEP 643: from 2.2 on, and not Dynamic). */
export function isStatic(metadata: CoreMetadata): boolean {
  const [major, minor] = metadata.metadataVersion;
  if (major < 2 || (major === 2 && minor < 2)) return false;
  return !['requires-dist', 'requires-python', 'provides-extra'].some((field) =>
    metadata.dynamic.includes(field),
  );
}

export function learnedFrom(
  metadata: CoreMetadata,
  bytes: Uint8Array,
  source: LearnedMetadata['source'],
): LearnedMetadata {
  return {
    requiresDist: metadata.requiresDist,
    requiresPython: metadata.requiresPython,
    providesExtra: metadata.providesExtra,
    digest: createHash('sha256').update(bytes).digest('hex'),
    source,
  };
}

function headerFields(text: string): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  let current: { values: string[]; lines: string[] } | null = null;
  const finish = (): void => {
    if (current !== null) current.values.push(current.lines.join(' ').trim());
    current = null;
  };
  for (const line of headerLines(text)) {
    if (/^[ \t]/.test(line)) {
      // A folded line continues the field above it.
      current?.lines.push(line.trim());
      continue;
    }
    finish();
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const values = fields.get(name) ?? [];
    fields.set(name, values);
    current = { values, lines: [line.slice(colon + 1).trim()] };
  }
  finish();
  return fields;
}

function* headerLines(text: string): Generator<string> {
  // A byte order mark is not part of the first field's name.
  let position = text.startsWith('\uFEFF') ? 1 : 0;
  while (position < text.length) {
    const newline = text.indexOf('\n', position);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(position, end).replace(/\r$/, '');
    if (line === '') return;
    yield line;
    position = end + 1;
  }
}
