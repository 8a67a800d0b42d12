// Releases of these indexes alone, for the named projects or for all. Thoth: FilterIndexSieve.
import { projectsOf, textsOf } from './read-fields.ts';
import type { RuleKind } from './rule.ts';

export const keepIndex: RuleKind = {
  name: 'keepIndex',
  description: 'releases of these indexes alone, of the named projects or of all',
  example: { keepIndex: 'avx2-builds', projects: ['tensorflow'] },
  keys: ['projects'],
  read: (declaration) => {
    const indexes = textsOf('keepIndex', declaration, 'keepIndex');
    const projects = projectsOf('keepIndex', declaration, 'projects');
    return {
      names: projects ?? [],
      indexes,
      admits: ({ name, index, release }) =>
        release === null || (projects !== null && !projects.includes(name)) || indexes.includes(index),
    };
  },
};
