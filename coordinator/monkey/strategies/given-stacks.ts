// The stacks that a stream has given, by position, and what is left: strategies that learn look results up here and draw
// from the rest. In the rest every stack is equally likely: the numbers of all stacks in the order of a keyed permutation,
// less those that were given.
import type { Diagram } from '../diagram/diagram.ts';
import { StackNumbering } from '../diagram/numbering.ts';
import { KeyedPermutation } from '../diagram/permutation.ts';
import { stackHash } from './stack-hash.ts';
import { ValueLog } from './value-log.ts';

export class GivenStacks {
  readonly #diagram: Diagram;
  readonly #seed: string;
  readonly #hashes = new Set<number>();
  readonly #values: ValueLog;
  #numbering: StackNumbering | null = null;
  #permutation: KeyedPermutation | null = null;
  #nextInRest = 0n;

  /** @param diagram counts at least one stack */
  constructor(diagram: Diagram, seed: string) {
    this.#diagram = diagram;
    this.#seed = seed;
    this.#values = new ValueLog(diagram.packageCount);
  }

  get count(): number {
    return this.#values.count;
  }

  get areAll(): boolean {
    return BigInt(this.#hashes.size) >= this.#diagram.count;
  }

  get numbering(): StackNumbering {
    this.#numbering ??= new StackNumbering(this.#diagram);
    return this.#numbering;
  }

  valuesAt(position: number): Int32Array {
    return this.#values.at(position);
  }

  has(values: Int32Array): boolean {
    return this.#hashes.has(stackHash(values));
  }

  give(values: Int32Array): void {
    this.#hashes.add(stackHash(values));
    this.#values.push(values);
  }

  /** Writes a stack that was not given yet, each of them equally likely. False when all were given. */
  drawFromRest(values: Int32Array): boolean {
    const { count } = this.#diagram;
    this.#permutation ??= new KeyedPermutation(`${this.#seed}/rest`, count);
    while (this.#nextInRest < count) {
      this.numbering.unrank(this.#permutation.at(this.#nextInRest), values);
      this.#nextInRest += 1n;
      if (!this.has(values)) {
        return true;
      }
    }
    return false;
  }
}
