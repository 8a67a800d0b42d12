// Writing much: no faster than the reader takes it, so that nothing piles up in memory.
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Resolves when the stream takes more. What a broken pipe means is the matter of whoever owns the stream. */
export async function writeText(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}
