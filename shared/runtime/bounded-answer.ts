// Bodies of HTTP answers from whoever listens at an address: one that is longer than any of ours, or that never ends, is given up.
import type { Readable } from 'node:stream';
import { readBoundedStream, TooLongError } from './bounded-file.ts';

export interface AnswerLimits {
  readonly bytes: number;
  /** From now to its end. */
  readonly withinMs: number;
}

/** The whole body as text; the connection ends with it. @throws an Error that says which limit was passed, or what the connection fails with */
export async function readAnswer(body: Readable, { bytes, withinMs }: AnswerLimits): Promise<string> {
  const late = new Error(`its answer has not ended after ${withinMs} ms`);
  const deadline = setTimeout(() => body.destroy(late), withinMs);
  try {
    return await readBoundedStream(body as AsyncIterable<Uint8Array>, bytes);
  } catch (error) {
    if (!(error instanceof TooLongError)) throw error;
    throw new Error(`its answer is longer than ${bytes} bytes`, { cause: error });
  } finally {
    clearTimeout(deadline);
  }
}
