// A file that can be read anywhere, wherever it lies. Reading a zip jumps about in small steps; the window turns those
// into few large reads, which over HTTP are requests.
import { open } from 'node:fs/promises';
import { unreadable } from './named-file.ts';

export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `start` on; rejects when the file has fewer. */
  read(start: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export async function openFileSource(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const { size } = await handle.stat();
    return {
      size,
      read: async (start, length) => {
        const buffer = Buffer.alloc(length);
        const { bytesRead } = await handle.read(buffer, 0, length, start);
        if (bytesRead !== length) throw new RangeError('the file ends too early');
        return buffer;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

export function bufferSource(buffer: Buffer): ByteSource {
  return {
    size: buffer.length,
    read: async (start, length) => {
      if (start < 0 || start + length > buffer.length) throw new RangeError('the file ends too early');
      return buffer.subarray(start, start + length);
    },
    close: async () => {},
  };
}

/** Reads at least `windowBytes` at a time and answers from the windows it has; `first` is what is known already. */
export function windowed(
  source: ByteSource,
  windowBytes: number,
  first?: { start: number; bytes: Buffer },
): ByteSource {
  const windows: { start: number; bytes: Buffer }[] = first === undefined ? [] : [first];
  return {
    size: source.size,
    read: async (start, length) => {
      if (start < 0 || start + length > source.size) throw new RangeError('the file ends too early');
      const holds = (window: { start: number; bytes: Buffer }): boolean =>
        window.start <= start && start + length <= window.start + window.bytes.length;
      let window = windows.find(holds);
      if (window === undefined) {
        const wanted = Math.min(Math.max(length, windowBytes), source.size - start);
        window = { start, bytes: await source.read(start, wanted) };
        windows.unshift(window);
        windows.splice(4);
      }
      return window.bytes.subarray(start - window.start, start - window.start + length);
    },
    close: () => source.close(),
  };
}
