// Every stack with the same probability, none twice: the numbers of all stacks in the order of a keyed permutation. The first
// n stacks are a simple random sample, and shards of one stream (every k-th position) are disjoint. A space that cannot be
// compiled is walked instead: then probabilities differ, and each stack comes with an estimate of its own.
import { compileSpace } from '../diagram/compile.ts';
import { isDiagram } from '../diagram/diagram.ts';
import { KeyedPermutation } from '../diagram/permutation.ts';
import { numberedStrategy } from './numbered.ts';
import type { Strategy } from './strategy.ts';
import { walkedStream } from './walked.ts';

const NAME = 'uniform';
const DESCRIPTION = 'every valid stack equally likely; a sample that speaks for the whole space';

const numbered = numberedStrategy({ name: NAME, description: DESCRIPTION, isDrawn: true }, (seed, count) => {
  const permutation = new KeyedPermutation(`${seed}/uniform`, count);
  return (position) => permutation.at(position);
});

export const uniform: Strategy = {
  name: NAME,
  description: DESCRIPTION,
  open: (space, options) => {
    const diagram = options.diagram ?? compileSpace(space);
    return isDiagram(diagram)
      ? numbered.open(space, { ...options, diagram })
      : walkedStream(NAME, space, options);
  },
};
