// A seeded generator whose constants are part of the product: the same seed gives the same stream of stacks and the
// same measuring schedule on every machine for ever. xoshiro128** (Blackman and Vigna, 2018), seeded through SHA-256.
// Pure but for its own state, so pure rooms may use it.
import { hash } from 'node:crypto';

export interface Random {
  /** Uniform unsigned integer below 2^32. */
  nextUint32(): number;
  /** Uniform in [0, 1) with 53 random bits. */
  nextFloat(): number;
  /** Uniform integer in [0, bound), without modulo bias; bound is 1 to 2^32. */
  nextBelow(bound: number): number;
  /** A new array with the items in a uniformly random order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[];
}

const rotateLeft = (value: number, count: number): number => (value << count) | (value >>> (32 - count));

/** A generator for `seed`; different texts give unrelated streams, so derive one a purpose: `${seed}/blocks/3`. */
export function seededRandom(seed: string): Random {
  const state = hash('sha256', seed, 'buffer');
  let a = state.readUInt32LE(0) | 0;
  let b = state.readUInt32LE(4) | 0;
  let c = state.readUInt32LE(8) | 0;
  let d = state.readUInt32LE(12) | 0;

  const nextUint32 = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };

  const nextBelow = (bound: number): number => {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let value = nextUint32();
    while (value >= limit) value = nextUint32();
    return value % bound;
  };

  return {
    nextUint32,
    nextFloat: () => ((nextUint32() >>> 5) * 2 ** 26 + (nextUint32() >>> 6)) / 2 ** 53,
    nextBelow,
    shuffled: (items) => {
      const result = [...items];
      for (let index = result.length - 1; index > 0; index--) {
        const other = nextBelow(index + 1);
        [result[index], result[other]] = [result[other], result[index]] as [
          (typeof result)[0],
          (typeof result)[0],
        ];
      }
      return result;
    },
  };
}
