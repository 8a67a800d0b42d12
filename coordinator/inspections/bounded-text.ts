// Keeps the first 1 MiB and the last 3 MiB of a text of any length, and says how much is missing between them.

export const FIRST_BYTES = 1024 * 1024;
export const LAST_BYTES = 3 * 1024 * 1024;

export class BoundedText {
  readonly #first: Buffer[] = [];
  #firstLength = 0;
  #last: Buffer[] = [];
  #lastLength = 0;
  #droppedBytes = 0;

  add(chunk: Buffer): void {
    const room = FIRST_BYTES - this.#firstLength;
    if (room > 0) {
      this.#first.push(chunk.subarray(0, room));
      this.#firstLength += Math.min(room, chunk.length);
    }
    const rest = chunk.subarray(Math.max(room, 0));
    if (rest.length === 0) return;
    this.#last.push(rest);
    this.#lastLength += rest.length;
    this.#trim();
  }

  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  text(): string {
    const gap = this.#droppedBytes === 0 ? '' : `\n[... ${this.#droppedBytes} bytes left out ...]\n`;
    const first = Buffer.concat(this.#first).toString('utf8');
    return `${first}${gap}${Buffer.concat(this.#last).toString('utf8')}`;
  }

  #trim(): void {
    while (this.#lastLength > LAST_BYTES) {
      const surplus = this.#lastLength - LAST_BYTES;
      const [oldest, ...others] = this.#last;
      if (oldest === undefined) return;
      const cut = Math.min(surplus, oldest.length);
      this.#last = cut === oldest.length ? others : [oldest.subarray(cut), ...others];
      this.#lastLength -= cut;
      this.#droppedBytes += cut;
    }
  }
}
