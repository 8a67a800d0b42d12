// Small numbers that wait to be looked at, each once; the last one that came is the first to be taken.
export class WorkQueue {
  readonly #items: Int32Array;
  readonly #isIn: Uint8Array;
  #length = 0;

  /** @param bound all numbers are below */
  constructor(bound: number) {
    this.#items = new Int32Array(bound);
    this.#isIn = new Uint8Array(bound);
  }

  add(item: number): void {
    if (this.#isIn[item] === 0) {
      this.#isIn[item] = 1;
      this.#items[this.#length] = item;
      this.#length += 1;
    }
  }

  /** -1 when nothing waits. */
  take(): number {
    if (this.#length === 0) {
      return -1;
    }
    this.#length -= 1;
    const item = this.#items[this.#length] as number;
    this.#isIn[item] = 0;
    return item;
  }

  clear(): void {
    while (this.take() !== -1);
  }
}
