// None of these versions. A project without versions leaves the space altogether.
import { indexesOf, namesOf, patternsOf } from './pattern.ts';
import type { RuleKind } from './rule.ts';

export const drop: RuleKind = {
  name: 'drop',
  description: 'none of these versions, indexes or variants',
  example: { drop: 'scipy==1.11.0' },
  keys: [],
  read: (declaration) => {
    const patterns = patternsOf('drop', 'drop', declaration['drop']);
    return {
      names: namesOf(patterns),
      indexes: indexesOf(patterns),
      admits: (candidate) => !patterns.some((pattern) => pattern.matches(candidate)),
    };
  },
};
