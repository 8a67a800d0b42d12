// Gives equal sequences of 32-bit integers the same small number: states and domains become numbers that are compared and
// looked up without building a string. Open addressing over one growing arena.

export class SequenceTable {
  #arena = new Int32Array(1 << 12);
  #arenaLength = 0;
  /** By id (one more at the end): where its sequence begins. */
  #starts = new Int32Array(1 << 9);
  /** Ids plus one; 0 is an empty slot. */
  #slots = new Int32Array(1 << 10);
  #size = 0;

  /** How many different sequences there are; the next new one gets this number. */
  get size(): number {
    return this.#size;
  }

  /** The number of the first `length` items; a number equal to the former `size` says that they are new. */
  intern(items: Int32Array, length: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(items, length) & mask;
    for (let found = this.#slots[slot] as number; found !== 0; found = this.#slots[slot] as number) {
      if (this.#equals(found - 1, items, length)) {
        return found - 1;
      }
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = this.#size + 1;
    this.#append(items, length);
    if (this.#size * 2 > this.#slots.length) {
      this.#grow();
    }
    return this.#size - 1;
  }

  /** A view of a sequence; valid until the next `intern`. */
  get(id: number): Int32Array {
    return this.#arena.subarray(this.#starts[id], this.#starts[id + 1]);
  }

  #equals(id: number, items: Int32Array, length: number): boolean {
    const start = this.#starts[id] as number;
    if ((this.#starts[id + 1] as number) - start !== length) {
      return false;
    }
    for (let index = 0; index < length; index++) {
      if (this.#arena[start + index] !== items[index]) {
        return false;
      }
    }
    return true;
  }

  #append(items: Int32Array, length: number): void {
    if (this.#arenaLength + length > this.#arena.length) {
      this.#arena = enlarged(this.#arena, this.#arenaLength + length);
    }
    for (let index = 0; index < length; index++) {
      this.#arena[this.#arenaLength + index] = items[index] as number;
    }
    this.#arenaLength += length;
    this.#size += 1;
    if (this.#size + 1 > this.#starts.length) {
      this.#starts = enlarged(this.#starts, this.#size + 1);
    }
    this.#starts[this.#size] = this.#arenaLength;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#size; id++) {
      const items = this.get(id);
      let slot = hash(items, items.length) & mask;
      while (slots[slot] !== 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }
}

function hash(items: Int32Array, length: number): number {
  let value = length;
  for (let index = 0; index < length; index++) {
    value = Math.imul(value ^ (items[index] as number), 0x9e3779b1);
    value ^= value >>> 15;
  }
  return value >>> 0;
}

function enlarged(items: Int32Array, atLeast: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(items.length * 2, atLeast));
  larger.set(items);
  return larger;
}
