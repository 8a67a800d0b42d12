// Answers of indexes on disk: bodies by their SHA-256, one small entry per address that points to its body. A file is
// written beside its place and renamed, so a killed sync leaves whole entries or none; a body whose hash does not fit is
// forgotten, not served. Bounded: `prune` removes what was used longest ago.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../../shared/runtime/clock.ts';
import type { Ids } from '../../../shared/runtime/ids.ts';
import { withoutCredentials } from '../../../shared/pip/credentials.ts';
import { pruneFolder } from '../prune-folder.ts';
import { conditionalHeaders, freshnessOf, isFresh, type StoredFreshness } from './freshness.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './http-client.ts';

export interface HttpCacheOptions {
  readonly directory: string;
  readonly maximumBytes: number;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface CachedResponse extends HttpResponse {
  /** Served from disk: without asking, or after the server said that it is unchanged. */
  readonly isFromCache: boolean;
  readonly wasAsked: boolean;
}

export interface HttpCache {
  /** Like `client.request`, for GET; a 404 is remembered like any other accepted answer. */
  request(client: HttpClient, request: HttpRequest): Promise<CachedResponse>;
  /** Removes what was used longest ago, bodies and entries, until the bound is kept; returns the bytes that stay. */
  prune(): Promise<number>;
}

interface Entry extends StoredFreshness {
  readonly status: number;
  readonly url: string;
  readonly contentType: string;
  readonly bodySha256: string;
}

export function openHttpCache(options: HttpCacheOptions): HttpCache {
  const bodyPath = (sha256: string): string =>
    join(options.directory, 'bodies', sha256.slice(0, 2), sha256.slice(2));
  const entryPath = (request: HttpRequest): string => {
    const key = sha256Of(`${withoutCredentials(request.url)}\n${request.headers?.['accept'] ?? ''}`);
    return join(options.directory, 'entries', key.slice(0, 2), `${key.slice(2)}.json`);
  };

  const write = async (path: string, content: Buffer | string): Promise<void> => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.${options.ids.next()}`;
    await writeFile(temporary, content, { mode: 0o600 });
    await rename(temporary, path);
  };

  const read = async (request: HttpRequest): Promise<{ entry: Entry; body: Buffer } | null> => {
    try {
      const entry = parseEntry(await readFile(entryPath(request), 'utf8'));
      if (entry === null) return null;
      const path = bodyPath(entry.bodySha256);
      const body = await readFile(path);
      if (sha256Of(body) !== entry.bodySha256) return null;
      const now = new Date(options.clock.nowMs());
      for (const used of [path, entryPath(request)]) await utimes(used, now, now);
      return { entry, body };
    } catch {
      return null; // Not there, or not readable: asked again, and written anew.
    }
  };

  const store = async (request: HttpRequest, response: HttpResponse): Promise<void> => {
    const freshness = freshnessOf(response.headers, options.clock.nowMs());
    if (freshness === null) return;
    const bodySha256 = sha256Of(response.body);
    await write(bodyPath(bodySha256), response.body);
    const entry: Entry = {
      ...freshness,
      status: response.status,
      url: response.url,
      contentType: response.headers['content-type'] ?? '',
      bodySha256,
    };
    await write(entryPath(request), JSON.stringify(entry));
  };

  const request = async (client: HttpClient, wanted: HttpRequest): Promise<CachedResponse> => {
    const known = await read(wanted);
    if (known !== null && isFresh(known.entry, options.clock.nowMs())) return served(known, false);
    const conditions = known === null ? {} : conditionalHeaders(known.entry);
    const isConditional = Object.keys(conditions).length > 0;
    const response = await client.request({
      ...wanted,
      headers: { ...wanted.headers, ...conditions },
      accepts: [...(wanted.accepts ?? []), ...(isConditional ? [304] : [])],
    });
    if (response.status === 304 && known !== null) {
      const freshness = freshnessOf(
        { ...validatorHeaders(known.entry), ...response.headers },
        options.clock.nowMs(),
      );
      const entry = { ...known.entry, ...freshness };
      if (freshness !== null) await write(entryPath(wanted), JSON.stringify(entry));
      return served(known, true);
    }
    await store(wanted, response);
    return { ...response, isFromCache: false, wasAsked: true };
  };

  return { request, prune: () => pruneFolder(options.directory, options.maximumBytes) };
}

function served(known: { entry: Entry; body: Buffer }, wasAsked: boolean): CachedResponse {
  return {
    status: known.entry.status,
    headers: { 'content-type': known.entry.contentType },
    body: known.body,
    url: known.entry.url,
    isFromCache: true,
    wasAsked,
  };
}

/** A 304 may leave out what has not changed. */
function validatorHeaders(entry: Entry): Record<string, string> {
  return {
    ...(entry.etag === null ? {} : { etag: entry.etag }),
    ...(entry.lastModified === null ? {} : { 'last-modified': entry.lastModified }),
  };
}

function parseEntry(text: string): Entry | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return null;
  const entry = value as Partial<Record<keyof Entry, unknown>>;
  const { status, url, contentType, bodySha256, storedAtMs, freshForMs, etag, lastModified } = entry;
  if (typeof status !== 'number' || typeof storedAtMs !== 'number') return null;
  if (typeof freshForMs !== 'number') return null;
  if (typeof url !== 'string' || typeof contentType !== 'string') return null;
  if (typeof bodySha256 !== 'string' || !/^[0-9a-f]{64}$/.test(bodySha256)) return null;
  return {
    status,
    url,
    contentType,
    bodySha256,
    storedAtMs,
    freshForMs,
    etag: typeof etag === 'string' ? etag : null,
    lastModified: typeof lastModified === 'string' ? lastModified : null,
  };
}

function sha256Of(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}
