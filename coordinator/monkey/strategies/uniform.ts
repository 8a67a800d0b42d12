// Every stack with the same probability, none twice: the numbers of all stacks in the order of a keyed permutation. The first
// n stacks are a simple random sample, and shards of one stream (every k-th position) are disjoint.
import { KeyedPermutation } from '../diagram/permutation.ts';
import { numberedStrategy } from './numbered.ts';

export const uniform = numberedStrategy(
  'uniform',
  'every valid stack equally likely; a sample that speaks for the whole space',
  (seed, count) => {
    const permutation = new KeyedPermutation(`${seed}/uniform`, count);
    return (position) => permutation.at(position);
  },
);
