// The names of a zip without unpacking it, in as few reads as a zip allows: end record, then the central directory as a whole.
// Each read may be an HTTP request. Zip64 included; several disks are not (APPNOTE.TXT 6.3.10, sections 4.3 and 4.4).
import type { ByteSource } from './byte-source.ts';

const endBytes = 22;
const locatorBytes = 20;
const maximumCommentBytes = 0xffff;
/** The largest wheels have some twenty thousand files, which is a directory of 2 MiB. */
const maximumDirectoryBytes = 16 * 1024 * 1024;

interface Directory {
  readonly offset: number;
  readonly size: number;
}

export interface ZipEntry {
  /** As the directory has it. */
  readonly name: Buffer;
  readonly path: string;
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

/** Every entry as it is asked for, in the order of the directory; throws a RangeError, now or on the way, when it is no readable zip. */
export async function zipEntries(source: ByteSource): Promise<Generator<ZipEntry>> {
  const { offset, size } = await findDirectory(source);
  return directoryEntries(await source.read(offset, size));
}

/** Nearly every archive ends without a comment: only where one does not is the longest possible end read. */
async function findDirectory(source: ByteSource): Promise<Directory> {
  for (const commentBytes of [0, maximumCommentBytes]) {
    const length = Math.min(source.size, endBytes + locatorBytes + commentBytes);
    const tail = await source.read(source.size - length, length);
    const directory = await directoryIn(tail, source);
    if (directory !== null) return directory;
  }
  throw new RangeError('it has no end record: not a zip, or cut off');
}

async function directoryIn(tail: Buffer, source: ByteSource): Promise<Directory | null> {
  for (let at = tail.length - endBytes; at >= 0; at--) {
    // The signature may also stand in the comment: the real record's comment ends where the file ends.
    const isEnd = tail.readUInt32LE(at) === 0x06054b50;
    if (!isEnd || at + endBytes + tail.readUInt16LE(at + 20) !== tail.length) continue;
    const locator = at - locatorBytes;
    const isZip64 = locator >= 0 && tail.readUInt32LE(locator) === 0x07064b50;
    const directory = isZip64
      ? await readZip64End(source, Number(tail.readBigUInt64LE(locator + 8)))
      : { size: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) };
    if (directory.size > maximumDirectoryBytes || directory.offset + directory.size > source.size) {
      throw new RangeError('its central directory is out of bounds');
    }
    return directory;
  }
  return null;
}

async function readZip64End(source: ByteSource, offset: number): Promise<Directory> {
  const end = await source.read(offset, 56);
  if (end.readUInt32LE(0) !== 0x06064b50) throw new RangeError('its zip64 end record is damaged');
  return { size: Number(end.readBigUInt64LE(40)), offset: Number(end.readBigUInt64LE(48)) };
}

function* directoryEntries(directory: Buffer): Generator<ZipEntry> {
  for (let at = 0; at + 46 <= directory.length;) {
    if (directory.readUInt32LE(at) !== 0x02014b50) throw new RangeError('its central directory is damaged');
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const next = at + 46 + nameLength + extraLength + directory.readUInt16LE(at + 32);
    if (next > directory.length) throw new RangeError('its central directory is cut off');
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const sizes = {
      size: directory.readUInt32LE(at + 24),
      compressedSize: directory.readUInt32LE(at + 20),
      headerOffset: directory.readUInt32LE(at + 42),
    };
    const name = directory.subarray(at + 46, at + 46 + nameLength);
    yield {
      name,
      path: name.toString('utf8'),
      isEncrypted: (directory.readUInt16LE(at + 8) & 1) !== 0,
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      ...withZip64(sizes, extra),
    };
    at = next;
  }
}

/** In a zip64 extra field stand those values, in this order, that the entry itself gives as all ones. */
function withZip64<Sizes extends { size: number; compressedSize: number; headerOffset: number }>(
  sizes: Sizes,
  extra: Buffer,
): Sizes {
  const result = { ...sizes };
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let value = at + 4;
    for (const key of ['size', 'compressedSize', 'headerOffset'] as const) {
      if (sizes[key] !== 0xffffffff || value + 8 > extra.length) continue;
      result[key] = Number(extra.readBigUInt64LE(value));
      value += 8;
    }
  }
  return result;
}
