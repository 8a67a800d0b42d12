// Prefers recent versions without excluding old ones: the newest candidate of a package weighs as many times the oldest as
// there are candidates, linearly between, and a stack weighs the product. What rules score counts as
// the logarithm of a further factor.
import { WeightedSampler } from '../diagram/weighted-sampler.ts';
import { at } from '../space/at.ts';
import { drawnStrategy } from './drawn.ts';

export const weighted = drawnStrategy(
  { name: 'weighted', description: 'random stacks that prefer recent versions' },
  (space, diagram) => {
    const weightOf = (packageIndex: number, value: number): number =>
      (at(space.candidates, packageIndex).length - value) *
      Math.exp(space.scores?.[packageIndex]?.[value] ?? 0);
    const sampler = new WeightedSampler(diagram, weightOf);
    return {
      draw: (random, values) => sampler.draw(random, values),
      round: 1,
      log10Probability: (values) => sampler.logProbability(values, weightOf) / Math.LN10,
    };
  },
);
