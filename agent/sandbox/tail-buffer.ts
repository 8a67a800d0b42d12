// Keeps the last bytes of a stream in bounded memory.

export class TailBuffer {
  readonly #limitBytes: number;
  #chunks: Buffer[] = [];
  #heldBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  append(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    // Joined only now and then: at most twice the limit is ever held, and each byte is copied once or twice.
    if (this.#heldBytes > 2 * this.#limitBytes) {
      const kept = Buffer.from(Buffer.concat(this.#chunks).subarray(-this.#limitBytes));
      this.#chunks = [kept];
      this.#heldBytes = kept.length;
    }
  }

  /** The kept bytes as text; a character that the cut divided shows as U+FFFD. */
  text(): string {
    return Buffer.concat(this.#chunks).subarray(-this.#limitBytes).toString('utf8');
  }
}
