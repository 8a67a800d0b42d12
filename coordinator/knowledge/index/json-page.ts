// PEP 691 (https://peps.python.org/pep-0691/) with what came after it: PEP 700 size and upload time, PEP 714 core
// metadata. Loose outside, total inside: an entry that is not what it should be is counted, not fatal.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { resolveLink, withoutCredentials } from '../../../shared/pip/credentials.ts';
import type { ProjectFile, ProjectPage } from './index-client.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Reads the JSON of a project page that came from `baseUrl`; throws TROOP-1112 when it is not one. */
export function parseJsonPage(text: string, baseUrl: string): ProjectPage {
  const page = parsePage(text, baseUrl);
  const version = isObject(page['meta']) ? page['meta']['api-version'] : undefined;
  // PEP 629: a page of a later major version may mean other things by the same words.
  const isKnown = typeof version !== 'string' || version.startsWith('1.');
  if (!isKnown) throw notUnderstood(baseUrl, `api-version ${version}`);
  const entries = page['files'];
  if (!Array.isArray(entries)) throw notUnderstood(baseUrl, 'it has no list of files');
  const files: ProjectFile[] = [];
  for (const entry of entries as unknown[]) {
    const file = isObject(entry) ? readFile(entry, baseUrl) : null;
    if (file !== null) files.push(file);
  }
  return { files, unreadable: entries.length - files.length };
}

function parsePage(text: string, baseUrl: string): JsonObject {
  let page: unknown;
  try {
    page = JSON.parse(text);
  } catch (error) {
    throw notUnderstood(baseUrl, 'it is not JSON', error);
  }
  if (!isObject(page)) throw notUnderstood(baseUrl, 'it is not a JSON object');
  return page;
}

function readFile(entry: JsonObject, baseUrl: string): ProjectFile | null {
  const filename = entry['filename'];
  const link = entry['url'];
  if (typeof filename !== 'string' || typeof link !== 'string') return null;
  const url = filename === '' || filename.includes('/') ? null : resolveLink(link, baseUrl);
  if (url === null) return null;
  const size = entry['size'];
  return {
    filename,
    url,
    sha256: sha256In(entry['hashes']),
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null,
    uploadTime: utcTime(entry['upload-time']),
    requiresPython: textOrNull(entry['requires-python']),
    // A reason (PEP 592) or plain true; the empty reason still yanks.
    yanked: entry['yanked'] === true || typeof entry['yanked'] === 'string',
    metadata: metadataOf(entry),
  };
}

/** The new key wins over the two old ones (PEP 714), even where it says false. */
function metadataOf(entry: JsonObject): ProjectFile['metadata'] {
  const keys = ['core-metadata', 'dist-info-metadata', 'data-dist-info-metadata'];
  const value = keys.map((key) => entry[key]).find((candidate) => candidate !== undefined);
  if (value === true) return { sha256: null };
  return isObject(value) ? { sha256: sha256In(value) } : null;
}

function sha256In(hashes: unknown): string | null {
  const value = isObject(hashes) ? hashes['sha256'] : undefined;
  return typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value) ? value.toLowerCase() : null;
}

function utcTime(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const timeMs = Date.parse(value);
  const text = Number.isNaN(timeMs) ? '' : new Date(timeMs).toISOString();
  // RFC 3339 has years of four digits; JavaScript knows others.
  return /^\d{4}-/.test(text) ? text : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notUnderstood(url: string, reason: string, cause?: unknown): TroopError {
  const facts = { what: 'the JSON page', url: withoutCredentials(url), reason };
  return new TroopError('TROOP-1112', facts, cause === undefined ? {} : { cause });
}
