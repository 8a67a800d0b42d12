// Getting the files of a lock onto this machine: from the store, else from the address that the index gave, else from
// the coordinator by hash (private indexes, folders, labs without a way out). Only verified files come out of here.
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { retry } from '../../shared/runtime/backoff.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { brokenTransfer, openSource } from './open-source.ts';
import type { PlannedFile } from './plan-files.ts';
import type { ResolvedFile } from './requirements-lines.ts';
import type { StoredFile, WheelStore } from './wheel-store.ts';

/** Asks the coordinator for a file; rejects when it cannot give it. */
export type FetchFromCoordinator = (
  sha256: string,
  filename: string,
  signal: AbortSignal,
) => Promise<Readable>;

export interface FetchOptions {
  readonly store: WheelStore;
  readonly http: Dispatcher;
  readonly fetchFromCoordinator: FetchFromCoordinator;
  readonly clock: Clock;
  /** Gives [0, 1). */
  readonly random: () => number;
  readonly maximumFileBytes: number;
}

export interface FetchedFiles {
  /** In the order of the plan. */
  readonly files: readonly ResolvedFile[];
  /** What came over the network. */
  readonly downloadedBytes: number;
  /** How many were in the store. */
  readonly reused: number;
}

type Say = (line: string) => void;

const CONCURRENCY = 4;
const ATTEMPTS = 3;
const BACKOFF = { initialMs: 500, maximumMs: 5_000 };

/**
 * Fetches every planned file that has an address; the others stay for the builder.
 * @throws TROOP-1402, 1403, 1404, 1414 or 1419 of the first file that cannot be had; the other transfers are stopped.
 */
export async function fetchFiles(
  plan: readonly PlannedFile[],
  options: FetchOptions,
  say: Say,
  signal: AbortSignal,
): Promise<FetchedFiles> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const files: ResolvedFile[] = plan.map((file) => ({ ...file, local: null }));
  let downloadedBytes = 0;
  let reused = 0;
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let position = next++; position < plan.length; position = next++) {
      const file = plan[position] as PlannedFile;
      const got = await fetchOne(file, options, either);
      if (got === null) continue;
      const { stored } = got;
      say(`${got.from}: ${file.filename} (${stored.bytes} bytes)`);
      files[position] = { ...file, local: { path: stored.path, sha256: stored.sha256 } };
      if (got.from === 'in store') reused += 1;
      if (got.from === 'fetched' || got.from === 'from the coordinator') downloadedBytes += stored.bytes;
    }
  };
  const workers = Array.from({ length: Math.min(CONCURRENCY, plan.length) }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(workers);
    throw error;
  }
  return { files, downloadedBytes, reused };
}

interface Got {
  readonly stored: StoredFile;
  readonly from: 'in store' | 'copied' | 'fetched' | 'from the coordinator';
}

async function fetchOne(file: PlannedFile, options: FetchOptions, signal: AbortSignal): Promise<Got | null> {
  const { filename, sha256, url } = file;
  if (filename === null) return null;
  const known = sha256 === null ? null : await options.store.find(sha256, filename);
  if (known !== null) return { stored: known, from: 'in store' };
  if (url === null) return file.isVariant ? await withoutAddress(file, filename, options, signal) : null;
  try {
    const stored = await fromAddress(url, file, options, signal);
    return { stored, from: url.startsWith('file:') ? 'copied' : 'fetched' };
  } catch (error) {
    if (sha256 === null || signal.aborted || !mayBeWithCoordinator(error)) throw error;
    const stored = await fromCoordinator({ ...file, filename, sha256 }, options, signal).catch(
      (second: unknown) => {
        // What the index said tells more than that the coordinator does not have it either.
        throw second instanceof TroopError && second.code === 'TROOP-1402' ? second : error;
      },
    );
    return { stored, from: 'from the coordinator' };
  }
}

/** A variant that no installer would find: the coordinator has it by its hash, or nobody. */
async function withoutAddress(
  file: PlannedFile,
  filename: string,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<Got> {
  const { sha256 } = file;
  if (sha256 === null) {
    throw new TroopError('TROOP-1415', {
      package: `${file.name} ${file.version}`,
      reason: 'is a variant without an address and without a hash',
    });
  }
  return {
    stored: await fromCoordinator({ ...file, filename, sha256 }, options, signal),
    from: 'from the coordinator',
  };
}

/** Everything but a file that came and was wrong: that one is the answer. */
function mayBeWithCoordinator(error: unknown): boolean {
  return error instanceof TroopError && ['TROOP-1403', 'TROOP-1404', 'TROOP-1414'].includes(error.code);
}

function fromAddress(
  url: string,
  file: PlannedFile,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<StoredFile> {
  return retry(
    async () => {
      const content = await openSource(url, options.http, signal);
      return take(content, url, file, { ...options, signal });
    },
    {
      ...BACKOFF,
      attempts: url.startsWith('file:') ? 1 : ATTEMPTS,
      clock: options.clock,
      random: options.random,
      signal,
      isRetryable: (error) => error instanceof TroopError && error.retryable && error.code !== 'TROOP-1414',
    },
  );
}

async function fromCoordinator(
  file: PlannedFile & { filename: string; sha256: string },
  options: FetchOptions,
  signal: AbortSignal,
): Promise<StoredFile> {
  const content = await options.fetchFromCoordinator(file.sha256, file.filename, signal);
  return take(content, 'the coordinator', file, { ...options, signal });
}

async function take(
  content: Readable,
  origin: string,
  file: PlannedFile,
  options: FetchOptions & { signal: AbortSignal },
): Promise<StoredFile> {
  // One that breaks before the store reads it is found broken then; unheard, it would end the process.
  content.on('error', () => {});
  try {
    return await options.store.add(file.filename ?? '', content, {
      sha256: file.sha256,
      maximumBytes: options.maximumFileBytes,
      signal: options.signal,
    });
  } catch (error) {
    content.destroy();
    throw asTransferError(error, origin);
  }
}

/** Trouble with our own disk is not the index's. */
function asTransferError(error: unknown, origin: string): unknown {
  if (error instanceof TroopError) return error;
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return new TroopError('TROOP-1405', { reason: error.message }, { cause: error });
  }
  return brokenTransfer(origin, error);
}
