// Lines of a stream, one asked for at a time, with a bound on how long one may be.
import type { Readable } from 'node:stream';

export type LineResult = { readonly line: string } | { readonly ended: true } | { readonly tooLong: true };

export class LineReader {
  readonly #maximumBytes: number;
  #pending = '';
  #state: 'open' | 'ended' | 'too-long' = 'open';
  #wake: (() => void) | null = null;

  constructor(stream: Readable, maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
    stream.setEncoding('utf8');
    stream.on('data', (piece: string) => this.#take(piece));
    stream.on('end', () => this.#close());
    stream.on('error', () => this.#close());
    stream.on('close', () => this.#close());
  }

  /** The next line without its end; only one may be waited for at a time. */
  async next(): Promise<LineResult> {
    for (;;) {
      const end = this.#pending.indexOf('\n');
      if (end >= 0) {
        const line = this.#pending.slice(0, end);
        this.#pending = this.#pending.slice(end + 1);
        return { line };
      }
      if (this.#state === 'too-long') return { tooLong: true };
      if (this.#state === 'ended') return { ended: true };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #take(piece: string): void {
    // Beyond the bound nothing is kept: the stream is still read, so that the process is not blocked by it.
    if (this.#state !== 'open') return;
    this.#pending += piece;
    if (this.#pending.length > this.#maximumBytes) {
      this.#pending = '';
      this.#state = 'too-long';
    }
    this.#notify();
  }

  #close(): void {
    if (this.#state === 'open') this.#state = 'ended';
    this.#notify();
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
