// Gives out a file that the knowledge base knows, by its SHA-256 and with the coordinator's credentials: for agents that
// cannot reach an index themselves. Nothing is given out before its hash is verified: a folder's file is read once
// (and again when it changes), a fetched one lands in a bounded cache on disk first.
import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { retry } from '../../shared/runtime/backoff.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import { parseSdistFilename, parseWheelFilename } from '../../shared/stack/wheel.ts';
import { queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';
import { failureOf, isWorthRetrying } from './http/failures.ts';
import type { HttpClient } from './http/http-client.ts';
import { pruneFolder } from './prune-folder.ts';
import type { SyncMemory } from './store/sync-memory.ts';

export interface FileAccessOptions {
  readonly database: Queryable;
  readonly client: HttpClient;
  readonly memory: SyncMemory;
  /** A folder of our own. */
  readonly directory: string;
  readonly cacheBytes?: number;
  /** No file is larger. */
  readonly fileBytes?: number;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: () => number;
  /** Ends downloads when the program stops. */
  readonly signal: AbortSignal;
}

export interface KnownFile {
  readonly filename: string;
  /** In bytes. */
  readonly size: number;
  /** Whole and verified; the caller reads it to its end or destroys it. */
  readonly content: Readable;
}

export interface FileAccess {
  /** @throws TROOP-1110 when no snapshot names it, TROOP-1111 when what lies there is another file, TROOP-1102 and others when it cannot be fetched */
  open(sha256: string, signal: AbortSignal): Promise<KnownFile>;
}

const downloadDeadlineMs = 6 * 3_600_000;

interface SourceRow {
  readonly filename: string;
  readonly url: string;
  readonly size: string | null;
}

const selectFile = sqlFile<SourceRow>(import.meta.url, 'store/select-file.sql');

export function createFileAccess(options: FileAccessOptions): FileAccess {
  const downloads = new Map<string, Promise<string>>();

  const download = (sha256: string, source: SourceRow): Promise<string> => {
    const known = downloads.get(sha256);
    if (known !== undefined) return known;
    // Several agents ask for one file at once: it is fetched once, and not for the first one alone.
    const working = fetchVerified(options, sha256, source).finally(() => downloads.delete(sha256));
    downloads.set(sha256, working);
    return working;
  };

  const locate = async (sha256: string, source: SourceRow, signal: AbortSignal): Promise<string> => {
    if (!source.url.startsWith('file:')) return abandonable(download(sha256, source), signal);
    const path = fileURLToPath(source.url);
    // A snapshot from elsewhere may name any path of this machine: only distributions are looked at.
    const isDistribution = parseWheelFilename(basename(path)) ?? parseSdistFilename(basename(path));
    if (isDistribution === null) throw unknown(sha256);
    const actual = await options.memory.folderFile(path, signal).catch((error: unknown) => {
      throw failureOf(error, source.url);
    });
    if (actual.sha256 === sha256) return path;
    const { filename } = source;
    throw new TroopError('TROOP-1111', { filename, actual: actual.sha256, expected: sha256 });
  };

  return {
    open: async (sha256, signal) => {
      if (!/^[0-9a-f]{64}$/.test(sha256)) throw unknown(sha256);
      const sources = await queryRows(options.database, selectFile, [sha256]);
      const [first] = sources;
      if (first === undefined) throw unknown(sha256);
      const cached = await openFile(cachePath(options, sha256), first.filename, options.clock);
      if (cached !== null) return cached;
      let failure: TroopError | undefined;
      for (const source of sources) {
        try {
          const opened = await openFile(await locate(sha256, source, signal), source.filename, null);
          if (opened !== null) return opened;
        } catch (error) {
          signal.throwIfAborted();
          failure ??= failureOf(error, source.url);
        }
      }
      throw failure ?? unknown(sha256);
    },
  };
}

function unknown(sha256: string): TroopError {
  return new TroopError('TROOP-1110', { sha256: sha256.slice(0, 64) });
}

function cachePath(options: FileAccessOptions, sha256: string): string {
  return join(options.directory, 'files', sha256.slice(0, 2), sha256.slice(2));
}

/** Opens before it measures, so that what was opened stays whole even when the cache drops it. */
async function openFile(path: string, filename: string, touchedBy: Clock | null): Promise<KnownFile | null> {
  const handle = await open(path, 'r').catch(() => null);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    const now = touchedBy === null ? null : new Date(touchedBy.nowMs());
    if (now !== null) await utimes(path, now, now).catch(() => {});
    return { filename, size, content: handle.createReadStream({ highWaterMark: 256 * 1024 }) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function fetchVerified(options: FileAccessOptions, sha256: string, source: SourceRow): Promise<string> {
  const path = cachePath(options, sha256);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${options.ids.next()}`;
  try {
    await retry(() => fetchOnce(options, temporary, sha256, source), {
      attempts: 4,
      initialMs: 500,
      maximumMs: 15_000,
      clock: options.clock,
      random: options.random,
      isRetryable: isWorthRetrying,
      signal: options.signal,
    });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  await pruneFolder(join(options.directory, 'files'), options.cacheBytes ?? 20 * 1024 ** 3);
  // A cache too small for its newest file would have dropped it.
  await stat(path).catch((error: unknown) => Promise.reject(failureOf(error, source.url)));
  return path;
}

async function fetchOnce(
  options: FileAccessOptions,
  path: string,
  sha256: string,
  { url, filename, size }: SourceRow,
): Promise<void> {
  const maximumBytes = size === null ? (options.fileBytes ?? 8 * 1024 ** 3) : Number(size);
  try {
    const headers = { 'accept-encoding': 'identity' };
    const { signal } = options;
    const deadlineMs = downloadDeadlineMs;
    const stream = await options.client.open({ url, headers, maximumBytes, signal, deadlineMs });
    const actual = await writeHashed(path, stream.body, { url, maximumBytes }).finally(() => {
      stream.close();
    });
    if (actual !== sha256) throw new TroopError('TROOP-1111', { filename, actual, expected: sha256 });
  } catch (error) {
    options.signal.throwIfAborted();
    throw failureOf(error, url);
  }
}

/** Writes the content and gives its SHA-256. */
async function writeHashed(
  path: string,
  content: AsyncIterable<Uint8Array>,
  limit: { url: string; maximumBytes: number },
): Promise<string> {
  const hash = createHash('sha256');
  await using file = await open(path, 'w', 0o600);
  let written = 0;
  for await (const chunk of content) {
    written += chunk.byteLength;
    if (written > limit.maximumBytes) throw new TroopError('TROOP-1104', limit);
    hash.update(chunk);
    await file.appendFile(chunk);
  }
  return hash.digest('hex');
}

/** Waits for work that goes on without this caller. */
async function abandonable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}
