// Chosen values of many stacks by position, in plain rows: a campaign of a hundred thousand stacks keeps them all.

const FIRST_ROWS = 16;

export class ValueLog {
  readonly #width: number;
  #rows: Int32Array;
  #count = 0;

  /** @param width values of a stack */
  constructor(width: number) {
    this.#width = width;
    this.#rows = new Int32Array(FIRST_ROWS * width);
  }

  get count(): number {
    return this.#count;
  }

  push(values: Int32Array): void {
    const start = this.#count * this.#width;
    if (start + this.#width > this.#rows.length) {
      const longer = new Int32Array(2 * this.#rows.length);
      longer.set(this.#rows);
      this.#rows = longer;
    }
    this.#rows.set(values, start);
    this.#count += 1;
  }

  /** A copy of the values at a position below `count`. @throws RangeError */
  at(position: number): Int32Array {
    if (!(position >= 0 && position < this.#count)) {
      throw new RangeError(`no stack ${position} of ${this.#count}`);
    }
    return this.#rows.slice(position * this.#width, (position + 1) * this.#width);
  }
}
