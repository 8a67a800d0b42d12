// The lines of a snapshot file, plain or compressed with gzip, told apart by their first bytes. A stream is read as it
// comes; the length of a line, their number and what a file may unpack to are bounded.
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import * as zlib from 'node:zlib';
import { TroopError } from '../../../shared/errors/troop-error.ts';

const maximumLineBytes = 16 * 1024 * 1024;
/** All of PyPI has some seven million releases; whoever reads a snapshot holds something of each. */
const maximumLines = 8_000_000;
/** A few kilobytes of gzip unpack to a thousand times as much. */
const maximumTotalBytes = 16 * 1024 ** 3;
const newline = 0x0a;

export interface SnapshotLimits {
  readonly lines: number;
  /** Unpacked. */
  readonly bytes: number;
}

/** Every line without its end; an empty last one is none. @throws TROOP-1105, TROOP-1107, TROOP-1120 */
export async function* snapshotLines(
  stream: AsyncIterable<Uint8Array>,
  limits: SnapshotLimits = { lines: maximumLines, bytes: maximumTotalBytes },
): AsyncGenerator<string> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let line = 1;
  let bytes = 0;
  const refuse = (reason: string): TroopError => new TroopError('TROOP-1105', { line, reason });
  const text = (): string => {
    if (line > limits.lines) throw refuse(`the file has more than ${limits.lines} lines`);
    return Buffer.concat(pending).toString('utf8');
  };
  for await (const chunk of decompressed(stream)) {
    bytes += chunk.length;
    if (bytes > limits.bytes) throw refuse(`the file unpacks to more than ${limits.bytes} bytes`);
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      pending.push(chunk.subarray(start, end));
      yield text().replace(/\r$/, '');
      pending = [];
      pendingBytes = 0;
      line += 1;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    if (rest.length > 0) pending.push(rest);
    pendingBytes += rest.length;
    if (pendingBytes > maximumLineBytes) {
      throw refuse(`it is longer than ${maximumLineBytes} bytes`);
    }
  }
  if (pendingBytes > 0) yield text();
}

async function* decompressed(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { start, all } = await withStart(stream, 4);
  const magic = Buffer.from(start).toString('hex');
  if (magic.startsWith('1f8b')) yield* through(createGunzip(), all);
  else if (magic === '28b52ffd') yield* through(zstdDecompressor(), all);
  else yield* all;
}

async function* through(
  transform: NodeJS.ReadWriteStream & AsyncIterable<unknown>,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const source = Readable.from(content);
  let sourceError: Error | undefined;
  source.on('error', (error: Error) => {
    sourceError = error;
    transform.emit('error', error);
  });
  source.pipe(transform);
  try {
    for await (const chunk of transform) yield chunk as Uint8Array;
  } catch (error) {
    if (sourceError !== undefined) throw sourceError;
    throw new TroopError('TROOP-1120', {}, { cause: error });
  } finally {
    source.destroy();
  }
}

/** Only newer versions of Node have zstd. */
function zstdDecompressor(): NodeJS.ReadWriteStream & AsyncIterable<unknown> {
  const create: unknown = Reflect.get(zlib, 'createZstdDecompress');
  if (typeof create !== 'function') throw new TroopError('TROOP-1107', { node: process.version });
  return (create as () => NodeJS.ReadWriteStream & AsyncIterable<unknown>)();
}

/** The first bytes, and everything from the beginning. */
async function withStart(
  stream: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{ start: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const iterator = stream[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < length) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    size += next.value.byteLength;
  }
  const head = Buffer.concat(chunks);
  const all = (async function* () {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  })();
  return { start: head.subarray(0, length), all };
}
