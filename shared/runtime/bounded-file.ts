// Files that people name: a device or a pipe has no size that could be asked for beforehand, and may never end.
import { open } from 'node:fs/promises';

const CHUNK_BYTES = 64 * 1024;

/** What people hold tokens, keys and settings in is never longer than this. */
export const SMALL_FILE_BYTES = 64 * 1024;

export class TooLongError extends Error {
  constructor(maximumBytes: number) {
    super(`it is longer than ${maximumBytes} bytes`);
  }
}

/**
 * The whole content, of a file or of what else can be read to an end.
 * @throws the system's error with what it means for the one who named the path, or a TooLongError
 */
export async function readBoundedFile(path: string, maximumBytes: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    if ((await file.stat()).isDirectory()) throw new Error('it is a folder, and a file is expected');
    const chunks: Buffer[] = [];
    let total = 0;
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return Buffer.concat(chunks);
      total += bytesRead;
      if (total > maximumBytes) throw new TooLongError(maximumBytes);
      chunks.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/** The same as text. */
export async function readBoundedText(path: string, maximumBytes: number): Promise<string> {
  return (await readBoundedFile(path, maximumBytes)).toString('utf8');
}

/** All of a stream, such as standard input. @throws what the stream fails with, or a TooLongError */
export async function readBoundedStream(
  stream: AsyncIterable<Uint8Array | string>,
  maximumBytes: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    total += bytes.length;
    if (total > maximumBytes) throw new TooLongError(maximumBytes);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
