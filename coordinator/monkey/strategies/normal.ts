// Normally distributed numbers by Marsaglia's polar method. It needs only a logarithm and a root, which give the same on
// every machine. https://doi.org/10.1137/1006063
import type { Random } from '../../../shared/runtime/random.ts';

/** A generator of numbers with mean 0 and variance 1. */
export function normalNumbers(random: Random): () => number {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const number = spare;
      spare = null;
      return number;
    }
    for (;;) {
      const a = 2 * random.nextFloat() - 1;
      const b = 2 * random.nextFloat() - 1;
      const square = a * a + b * b;
      if (square > 0 && square < 1) {
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        spare = b * factor;
        return a * factor;
      }
    }
  };
}
