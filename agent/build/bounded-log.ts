// A log that never outgrows its bounds and never loses what matters: how it began, and how it ended.

const FIRST_BYTES = 1024 ** 2;
const LAST_BYTES = 3 * 1024 ** 2;

export interface LogBounds {
  readonly firstBytes: number;
  readonly lastBytes: number;
}

export class BoundedLog {
  readonly #bounds: LogBounds;
  #first: Buffer[] = [];
  #firstSize = 0;
  #last: Buffer[] = [];
  #lastSize = 0;
  #droppedBytes = 0;

  constructor(bounds: LogBounds = { firstBytes: FIRST_BYTES, lastBytes: LAST_BYTES }) {
    this.#bounds = bounds;
  }

  append(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : Buffer.from(data);
    const room = this.#bounds.firstBytes - this.#firstSize;
    const head = bytes.subarray(0, Math.max(0, room));
    if (head.length > 0) {
      this.#first.push(head);
      this.#firstSize += head.length;
    }
    if (bytes.length > head.length) this.#appendLast(bytes.subarray(head.length));
  }

  /** The whole text; where bytes are missing, a line says how many. */
  text(): string {
    const last = Buffer.concat(this.#last);
    const kept = last.subarray(Math.max(0, last.length - this.#bounds.lastBytes));
    const dropped = this.#droppedBytes + last.length - kept.length;
    const gap = dropped === 0 ? '' : `\n[${dropped} bytes left out]\n`;
    return Buffer.concat(this.#first).toString('utf8') + gap + kept.toString('utf8');
  }

  #appendLast(bytes: Buffer): void {
    this.#last.push(bytes);
    this.#lastSize += bytes.length;
    // Trimmed only now and then: at most twice the bound is held, and each byte is copied once or twice.
    if (this.#lastSize <= 2 * this.#bounds.lastBytes) return;
    const kept = Buffer.from(Buffer.concat(this.#last).subarray(-this.#bounds.lastBytes));
    this.#droppedBytes += this.#lastSize - kept.length;
    this.#last = [kept];
    this.#lastSize = kept.length;
  }
}
