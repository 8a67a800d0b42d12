// The requirements of one file without a build, in the order that asks least of a server: the metadata beside the file
// (PEP 658 and 714), the wheel itself by ranges or from the disk, a small wheel whole; of an sdist its static PKG-INFO
// (PEP 643), or nothing.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { normalizeName } from '../../../shared/stack/name.ts';
import { compareVersions, tryParseVersion } from '../../../shared/stack/version.ts';
import { parseSdistFilename, parseWheelFilename } from '../../../shared/stack/wheel.ts';
import { failureOf } from '../http/failures.ts';
import type { HttpCache } from '../http/http-cache.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { ProjectFile } from '../index/index-client.ts';
import { bufferSource, openFileSource, type ByteSource } from '../../../shared/runtime/byte-source.ts';
import { openHttpSource } from './http-byte-source.ts';
import {
  isStatic,
  learnedFrom,
  maximumMetadataBytes,
  parseMetadata,
  type LearnedMetadata,
} from './metadata-text.ts';
import { isPkgInfo, readSdistMetadata } from './sdist-metadata.ts';
import { readZipEntry } from './zip-reader.ts';

/** The longest lists of real wheels have some hundreds. */
const maximumRequirements = 10_000;
/** An sdist that takes longer than this to come is given up. */
const sdistDeadlineMs = 600_000;

export interface MetadataReaderOptions {
  readonly client: HttpClient;
  readonly cache: HttpCache;
  /** A wheel of a server without ranges is fetched whole up to this size. */
  readonly wholeWheelBytes?: number;
  /** An sdist is read up to this size. */
  readonly sdistBytes?: number;
  /** Something was wrong, but another way was found. */
  readonly onDetour?: (name: string, file: ProjectFile, error: TroopError) => void;
}

export interface MetadataReader {
  /** What the file of project `name` says; null when only a build could tell. Rejects with a TroopError otherwise. */
  read(name: string, file: ProjectFile, signal: AbortSignal): Promise<LearnedMetadata | null>;
}

export function createMetadataReader(options: MetadataReaderOptions): MetadataReader {
  /** Hosts that have no ranges: asked once, remembered. */
  const withoutRanges = new Set<string>();

  const beside = async (file: ProjectFile, signal: AbortSignal): Promise<Buffer> => {
    const url = `${file.url}.metadata`;
    const request = { url, headers: { accept: '*/*' }, maximumBytes: maximumMetadataBytes, signal };
    const { body } = await options.cache.request(options.client, request);
    const actual = createHash('sha256').update(body).digest('hex');
    const expected = file.metadata?.sha256 ?? null;
    if (expected !== null && actual !== expected) {
      throw new TroopError('TROOP-1111', { filename: `${file.filename}.metadata`, actual, expected });
    }
    return body;
  };

  const openWheel = async (file: ProjectFile, signal: AbortSignal): Promise<ByteSource> => {
    if (file.url.startsWith('file:')) return openFileSource(fileURLToPath(file.url));
    const { host } = new URL(file.url);
    if (!withoutRanges.has(host)) {
      const source = await openHttpSource(options.client, file, signal);
      if (source !== null) return source;
      withoutRanges.add(host);
    }
    return bufferSource(await wholeFile(options, file, signal));
  };

  const fromWheel = async (
    name: string,
    file: ProjectFile,
    signal: AbortSignal,
  ): Promise<LearnedMetadata> => {
    const source = await openWheel(file, signal);
    try {
      const isMetadata = (path: string): boolean => /^[^/]+\.dist-info\/METADATA$/.test(path);
      const bytes = await readZipEntry(source, isMetadata, maximumMetadataBytes);
      if (bytes === null) throw unreadable(file, 'the wheel has no METADATA');
      return understood(name, file, bytes, 'wheel');
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TroopError) throw error;
      throw unreadable(file, error instanceof Error ? error.message : String(error));
    } finally {
      await source.close();
    }
  };

  const wheel = async (name: string, file: ProjectFile, signal: AbortSignal): Promise<LearnedMetadata> => {
    if (file.metadata !== null && !file.url.startsWith('file:')) {
      try {
        return understood(name, file, await beside(file, signal), 'metadata-file');
      } catch (error) {
        signal.throwIfAborted();
        const failure = failureOf(error, file.url);
        // A host that cannot be reached has no wheel either.
        if (failure.code === 'TROOP-1102') throw failure;
        options.onDetour?.(name, file, failure);
      }
    }
    return fromWheel(name, file, signal);
  };

  return {
    read: (name, file, signal) =>
      file.filename.endsWith('.whl') ? wheel(name, file, signal) : readSdist(options, name, file, signal),
  };
}

async function wholeFile(
  options: MetadataReaderOptions,
  file: ProjectFile,
  signal: AbortSignal,
): Promise<Buffer> {
  const maximumBytes = options.wholeWheelBytes ?? 32 * 1024 * 1024;
  const { url } = file;
  const isTooLarge = file.size !== null && file.size > maximumBytes;
  if (isTooLarge) throw new TroopError('TROOP-1104', { url, maximumBytes });
  const headers = { 'accept-encoding': 'identity' };
  const { body } = await options.client.request({ url, headers, maximumBytes, signal });
  const actual = createHash('sha256').update(body).digest('hex');
  if (file.sha256 !== null && actual !== file.sha256) {
    throw new TroopError('TROOP-1111', { filename: file.filename, actual, expected: file.sha256 });
  }
  return body;
}

async function readSdist(
  options: MetadataReaderOptions,
  name: string,
  file: ProjectFile,
  signal: AbortSignal,
): Promise<LearnedMetadata | null> {
  const bytes = await sdistBytes(options, file, signal);
  const metadata = bytes === null ? null : parseMetadata(bytes.toString('utf8'));
  if (bytes === null || metadata === null || !isStatic(metadata)) return null;
  return understood(name, file, bytes, 'sdist');
}

async function sdistBytes(
  options: MetadataReaderOptions,
  file: ProjectFile,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const isLocal = file.url.startsWith('file:');
  try {
    if (file.filename.endsWith('.zip')) return await zippedPkgInfo(options, file, signal);
    if (isLocal) return await readSdistMetadata(createReadStream(fileURLToPath(file.url), { signal }));
    return await remoteTar(options, file, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TroopError) throw error;
    throw unreadable(file, error instanceof Error ? error.message : String(error));
  }
}

async function zippedPkgInfo(
  options: MetadataReaderOptions,
  file: ProjectFile,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const source = file.url.startsWith('file:')
    ? await openFileSource(fileURLToPath(file.url))
    : ((await openHttpSource(options.client, file, signal)) ??
      bufferSource(await wholeFile(options, file, signal)));
  try {
    return await readZipEntry(source, isPkgInfo, maximumMetadataBytes);
  } finally {
    await source.close();
  }
}

async function remoteTar(
  options: MetadataReaderOptions,
  file: ProjectFile,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const maximumBytes = options.sdistBytes ?? 64 * 1024 * 1024;
  const { url } = file;
  const headers = { 'accept-encoding': 'identity' };
  const stream = await options.client
    .open({ url, headers, maximumBytes, signal, deadlineMs: sdistDeadlineMs })
    .catch((error: unknown) => Promise.reject(failureOf(error, url)));
  try {
    return await readSdistMetadata(bounded(stream.body, url, maximumBytes));
  } finally {
    stream.close();
  }
}

async function* bounded(
  content: AsyncIterable<Uint8Array>,
  url: string,
  maximumBytes: number,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of content) {
    size += chunk.byteLength;
    if (size > maximumBytes) throw new TroopError('TROOP-1104', { url, maximumBytes });
    yield chunk;
  }
}

function understood(
  name: string,
  file: ProjectFile,
  bytes: Buffer,
  source: LearnedMetadata['source'],
): LearnedMetadata {
  const metadata = parseMetadata(bytes.toString('utf8'));
  if (metadata === null) throw unreadable(file, 'it is not core metadata');
  if (!isSameProject(metadata.name, name)) throw unreadable(file, 'it is of another project');
  if (!isSameVersion(metadata.version, file.filename)) {
    throw unreadable(file, `it is of version ${metadata.version.slice(0, 60)}`);
  }
  const { requiresDist, requiresPython, providesExtra } = metadata;
  if (requiresDist.length > maximumRequirements) {
    throw unreadable(file, `it has more than ${maximumRequirements} requirements`);
  }
  // No text of PostgreSQL holds it, and no requirement needs it.
  if ([requiresPython ?? '', ...requiresDist, ...providesExtra].some((line) => line.includes('\0'))) {
    throw unreadable(file, 'a requirement holds a NUL');
  }
  return learnedFrom(metadata, bytes, source);
}

function isSameProject(written: string, name: string): boolean {
  try {
    return normalizeName(written) === name;
  } catch {
    return false;
  }
}

/** A file whose name or metadata says no version is judged by its name alone. */
function isSameVersion(written: string, filename: string): boolean {
  const named = (parseWheelFilename(filename) ?? parseSdistFilename(filename))?.version;
  const version = tryParseVersion(written);
  return named === undefined || version === null || compareVersions(named, version) === 0;
}

function unreadable(file: ProjectFile, reason: string): TroopError {
  return new TroopError('TROOP-1116', { filename: file.filename, reason });
}
