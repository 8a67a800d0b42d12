// Of the named projects only these versions. Thoth: VersionConstraintSieve.
import { indexesOf, namesOf, patternsOf } from './pattern.ts';
import type { RuleKind } from './rule.ts';

export const keep: RuleKind = {
  name: 'keep',
  description: 'of the named projects only these versions, indexes or variants',
  example: { keep: ['numpy>=1.24,<2', { project: 'torch', index: 'cu121' }] },
  keys: [],
  read: (declaration) => {
    const patterns = patternsOf('keep', 'keep', declaration['keep']);
    const unbounded = patterns.find((pattern) => !pattern.isBounded);
    return {
      names: namesOf(patterns),
      indexes: indexesOf(patterns),
      // A project that is named twice keeps what either names.
      admits: (candidate) =>
        candidate.release === null ||
        unbounded?.project === candidate.name ||
        !patterns.some(({ project }) => project === candidate.name) ||
        patterns.some((pattern) => pattern.matches(candidate)),
    };
  },
};
