// The first file of a tar stream that is wanted, read as it comes: POSIX ustar with pax paths and GNU long names, which
// is what sdists are made of. Everything is bounded, and nothing is written anywhere.

const blockBytes = 512;
const maximumNameBytes = 64 * 1024;

interface TarHeader {
  readonly path: string;
  readonly size: number;
  readonly type: string;
}

/** The content of the first regular file whose path `isWanted`, or null; rejects on damage or when a bound is passed. */
export async function readTarEntry(
  stream: AsyncIterable<Uint8Array>,
  isWanted: (path: string) => boolean,
  limits: { fileBytes: number; totalBytes: number },
): Promise<Buffer | null> {
  const reader = new BlockReader(stream, limits.totalBytes);
  let longPath: string | null = null;
  for (;;) {
    const header = await readHeader(reader);
    if (header === null) return null;
    if (header.type === 'x' || header.type === 'L') {
      longPath = (await readLongPath(reader, header)) ?? longPath;
      continue;
    }
    if (isRegularFile(header) && isWanted(longPath ?? header.path)) {
      if (header.size > limits.fileBytes) throw new RangeError('it is too large');
      return reader.take(header.size);
    }
    longPath = null;
    await reader.skip(paddedSize(header));
  }
}

async function readHeader(reader: BlockReader): Promise<TarHeader | null> {
  const block = await reader.take(blockBytes);
  return block === null ? null : parseHeader(block);
}

/** The name of the next entry, out of a GNU long name or a pax header; null when that says nothing of a path. */
async function readLongPath(reader: BlockReader, header: TarHeader): Promise<string | null> {
  if (header.size > maximumNameBytes) throw new RangeError('a name in the archive is too long');
  const content = (await reader.take(paddedSize(header)))?.toString('utf8', 0, header.size) ?? '';
  return header.type === 'L' ? content.replace(/\0.*$/s, '') : paxPath(content);
}

function isRegularFile(header: TarHeader): boolean {
  return header.type === '0' || header.type === '\0';
}

function paddedSize(header: TarHeader): number {
  return Math.ceil(header.size / blockBytes) * blockBytes;
}

function parseHeader(block: Buffer): TarHeader | null {
  if (block.every((byte) => byte === 0)) return null;
  const text = (start: number, length: number): string =>
    block.toString('utf8', start, start + length).replace(/\0.*$/s, '');
  const size = sizeOf(block);
  if (size === null) throw new RangeError('it is no tar archive');
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
  const path = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  return { path, size, type: String.fromCharCode(block.readUInt8(156)) };
}

/** Octal digits, or the GNU binary form for large files. */
function sizeOf(block: Buffer): number | null {
  if ((block.readUInt8(124) & 0x80) !== 0) return block.readUIntBE(130, 6);
  const digits = block
    .toString('latin1', 124, 136)
    .replace(/[\0 ]+$/, '')
    .trimStart();
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

/** Records are `<length> path=<value>\n`. */
function paxPath(content: string): string | null {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content)?.[1] ?? null;
}

class BlockReader {
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #totalBytes: number;
  #pending: Buffer = Buffer.alloc(0);
  #seen = 0;

  constructor(stream: AsyncIterable<Uint8Array>, totalBytes: number) {
    this.#iterator = stream[Symbol.asyncIterator]();
    this.#totalBytes = totalBytes;
  }

  /** Exactly `length` bytes, or null when the stream ends before. */
  async take(length: number): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      if (this.#pending.length === 0 && !(await this.#more())) return null;
      const part = this.#pending.subarray(0, missing);
      this.#pending = this.#pending.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  async skip(length: number): Promise<void> {
    let missing = length;
    while (missing > 0) {
      if (this.#pending.length === 0 && !(await this.#more())) return;
      const count = Math.min(missing, this.#pending.length);
      this.#pending = this.#pending.subarray(count);
      missing -= count;
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#iterator.next();
    if (next.done === true) return false;
    this.#seen += next.value.byteLength;
    if (this.#seen > this.#totalBytes) throw new RangeError('the archive is too large');
    this.#pending = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    return true;
  }
}
