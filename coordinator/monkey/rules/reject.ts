// No stack that has all of these together. Thoth: strides that turn a finished stack down.
import { namesOf, patternsOf } from './pattern.ts';
import type { RuleKind } from './rule.ts';

export const reject: RuleKind = {
  name: 'reject',
  description: 'no stack that has all of these together',
  example: { reject: ['numpy>=2', 'scipy<1.12'] },
  keys: [],
  read: (declaration) => {
    const terms = patternsOf('reject', 'reject', declaration['reject']);
    return { names: namesOf(terms), rejects: { terms, text: terms.map(({ text }) => text).join(' with ') } };
  },
};
