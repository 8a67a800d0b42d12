// A keyed permutation of the numbers below any bound: the i-th stack of a stream without memory of those before. A Feistel
// network over pairs of digits to the base of the root of the bound, in the manner of Black and Rogaway; what falls outside
// of the bound is permuted again. https://doi.org/10.1007/3-540-45760-7_9
// Its constants are part of the product: a seed gives the same stream on every machine for ever.
import { createHash } from 'node:crypto';
import { bitLength } from './ratio.ts';

const ROUNDS = 8;
const WORD = 0xffffffffn;

export class KeyedPermutation {
  readonly #bound: bigint;
  /** Both digits lie below it; its square is at least the bound. */
  readonly #base: bigint;
  /** Words of a digit, and of a round's output: 64 bits more, so that the remainder is as good as uniform. */
  readonly #digitWords: number;
  readonly #keys: readonly Int32Array[];

  /** @param bound at least 1 */
  constructor(seed: string, bound: bigint) {
    this.#bound = bound;
    this.#base = ceilingOfRoot(bound);
    this.#digitWords = Math.ceil(bitLength(this.#base) / 32);
    this.#keys = Array.from({ length: ROUNDS }, (_, round) => {
      const bytes = createHash('sha256').update(`${seed}/permutation/${round}`, 'utf8').digest();
      return Int32Array.from({ length: 4 }, (_unused, index) => bytes.readInt32LE(index * 4));
    });
  }

  /** The image of a number below the bound. */
  at(number: bigint): bigint {
    let image = number;
    do {
      image = this.#permuteSquare(image);
    } while (image >= this.#bound);
    return image;
  }

  #permuteSquare(number: bigint): bigint {
    let left = number / this.#base;
    let right = number % this.#base;
    for (const key of this.#keys) {
      const mixed = (left + this.#round(key, right)) % this.#base;
      left = right;
      right = mixed;
    }
    return left * this.#base + right;
  }

  /** Two 32-bit lanes absorb the digit word by word, then give two words more than it has. */
  #round(key: Int32Array, digit: bigint): bigint {
    let a = key[0] as number;
    let b = key[1] as number;
    let rest = digit;
    for (let word = 0; word < this.#digitWords; word++) {
      const input = Number(rest & WORD) | 0;
      rest >>= 32n;
      a = Math.imul(a ^ input, 0x85ebca6b);
      b = Math.imul(b + input + (a >>> 13), 0xc2b2ae35);
      a ^= b >>> 16;
    }
    let output = 0n;
    for (let word = 0; word < this.#digitWords + 2; word++) {
      a = finish(a + (key[2] as number) + word);
      b = finish(b ^ a ^ (key[3] as number));
      output = (output << 32n) | BigInt(b >>> 0);
    }
    return output;
  }
}

/** The finaliser of MurmurHash3 (public domain). */
function finish(value: number): number {
  let mixed = value;
  mixed ^= mixed >>> 16;
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** The least integer whose square is not below the value (Newton). */
function ceilingOfRoot(value: bigint): bigint {
  if (value <= 1n) {
    return 1n;
  }
  let root = 1n << BigInt(Math.ceil(bitLength(value) / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) {
      return root * root < value ? root + 1n : root;
    }
    root = next;
  }
}
