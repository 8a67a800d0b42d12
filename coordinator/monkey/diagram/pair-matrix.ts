// A symmetric relation between things that are numbered from 0 on, as rows of bits.
import { addTo, bitCount, emptySet, has } from '../space/bit-set.ts';

export class PairMatrix {
  readonly rows: readonly Uint32Array[];

  constructor(size: number) {
    this.rows = Array.from({ length: size }, () => emptySet(size));
  }

  has(a: number, b: number): boolean {
    return has(this.rows[a] as Uint32Array, b);
  }

  add(a: number, b: number): void {
    addTo(this.rows[a] as Uint32Array, b);
    addTo(this.rows[b] as Uint32Array, a);
  }

  clear(): void {
    this.rows.forEach((row) => row.fill(0));
  }

  /** Pairs of two different things. */
  get pairs(): number {
    let twice = 0;
    for (const row of this.rows) {
      for (const word of row) {
        twice += bitCount(word);
      }
    }
    return twice / 2;
  }
}
