// Numbers whose every change can be undone in reverse order, or made again.
export class Trail {
  /** Changed by `set` alone. */
  readonly state: Uint32Array;
  /** Pairs of a slot and its old content. */
  #changes = new Int32Array(4096);
  #length = 0;

  constructor(size: number) {
    this.state = new Uint32Array(size);
  }

  set(slot: number, content: number): void {
    const at = this.#length;
    if (at + 2 > this.#changes.length) {
      this.#lengthen();
    }
    this.#changes[at] = slot;
    this.#changes[at + 1] = this.state[slot] as number;
    this.#length = at + 2;
    this.state[slot] = content;
  }

  /** A place to come back to with `undoTo`. */
  mark(): number {
    return this.#length;
  }

  undoTo(mark: number): void {
    const { state } = this;
    const changes = this.#changes;
    let length = this.#length;
    while (length > mark) {
      length -= 2;
      state[changes[length] as number] = changes[length + 1] as number;
    }
    this.#length = length;
  }

  /** What changed since a mark: slots of the state, each followed by its content now. */
  changesSince(mark: number): Int32Array {
    const slots = new Set<number>();
    for (let place = mark; place < this.#length; place += 2) {
      slots.add(this.#changes[place] as number);
    }
    return Int32Array.from([...slots].flatMap((slot) => [slot, this.state[slot] as number]));
  }

  /** Makes changes again, where the state is what it was at their mark. */
  replay(changes: Int32Array): void {
    for (let place = 0; place < changes.length; place += 2) {
      this.set(changes[place] as number, changes[place + 1] as number);
    }
  }

  #lengthen(): void {
    const larger = new Int32Array(this.#changes.length * 2);
    larger.set(this.#changes);
    this.#changes = larger;
  }
}
