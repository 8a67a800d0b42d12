// One entry of a zip without unpacking the others: the directory, then the entry; encryption is not read. What installers would
// read otherwise than we do (an entry that stands there twice, or under two names) is refused, as Python's zipfile and PyPI do.
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import type { ByteSource } from '../../../shared/runtime/byte-source.ts';
import { zipEntries, type ZipEntry } from '../../../shared/runtime/zip-directory.ts';

const inflate = promisify(inflateRaw);
const localHeaderBytes = 30;
/** So many entries are looked at before others may run. */
const entriesAtOnce = 4096;

/**
 * The bytes of the one entry that `isWanted`, at most `maximumBytes`, or null when there is none; rejects with a RangeError when
 * there are several, and when it is no readable zip.
 */
export async function readZipEntry(
  source: ByteSource,
  isWanted: (path: string) => boolean,
  maximumBytes: number,
): Promise<Buffer | null> {
  const entry = await onlyEntry(await zipEntries(source), isWanted);
  return entry === null ? null : readEntry(source, entry, maximumBytes);
}

async function onlyEntry(
  entries: Iterable<ZipEntry>,
  isWanted: (path: string) => boolean,
): Promise<ZipEntry | null> {
  let found: ZipEntry | null = null;
  let seen = 0;
  for (const entry of entries) {
    seen += 1;
    if (seen % entriesAtOnce === 0) await setImmediate();
    if (!isWanted(entry.path)) continue;
    if (found !== null) {
      const both = found.path === entry.path ? `${entry.path} twice` : `${found.path} and ${entry.path}`;
      throw new RangeError(`it holds ${both}`);
    }
    found = entry;
  }
  return found;
}

async function readEntry(source: ByteSource, entry: ZipEntry, maximumBytes: number): Promise<Buffer> {
  if (entry.isEncrypted) throw new RangeError('the entry is encrypted');
  const largest = Math.max(entry.size, entry.compressedSize);
  if (largest > maximumBytes) throw new RangeError('the entry is too large');
  const nameAt = entry.headerOffset + localHeaderBytes;
  const header = await source.read(entry.headerOffset, localHeaderBytes + entry.name.length);
  const nameLength = header.readUInt16LE(26);
  const isNamedSo = nameLength === entry.name.length && header.subarray(localHeaderBytes).equals(entry.name);
  if (header.readUInt32LE(0) !== 0x04034b50 || !isNamedSo) {
    throw new RangeError('the header of the entry is damaged');
  }
  const packed = await source.read(nameAt + nameLength + header.readUInt16LE(28), entry.compressedSize);
  const content = await unpacked(packed, entry);
  // Read by ranges, no hash of the whole vouches for it.
  if (content.length !== entry.size || crc32(content) !== entry.crc) {
    throw new RangeError('the entry is not what the directory says of it');
  }
  return content;
}

async function unpacked(packed: Buffer, { method, size }: ZipEntry): Promise<Buffer> {
  if (method === 0) return packed;
  if (method !== 8) throw new RangeError(`compression method ${method} is not known`);
  try {
    return await inflate(packed, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RangeError(`the entry cannot be unpacked: ${reason}`, { cause: error });
  }
}
