// Adds to the score of a stack for every package that matches: what the best stack, annealing and weights go by. Thoth:
// SetScoreStep.
import { indexesOf, namesOf, patternsOf } from './pattern.ts';
import { numberOf } from './read-fields.ts';
import type { RuleKind } from './rule.ts';

export const score: RuleKind = {
  name: 'score',
  description: 'a number that is added to the score of a stack for each package that matches',
  example: { score: 'numpy>=2', by: 1.5 },
  keys: ['by'],
  read: (declaration) => {
    const patterns = patternsOf('score', 'score', declaration['score']);
    const by = numberOf('score', declaration, 'by');
    return {
      names: namesOf(patterns),
      indexes: indexesOf(patterns),
      scoreOf: (candidate) => (patterns.some((pattern) => pattern.matches(candidate)) ? by : 0),
    };
  },
};
