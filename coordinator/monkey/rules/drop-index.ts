// No release of these indexes, for the named projects or for all.
import { projectsOf, textsOf } from './read-fields.ts';
import type { RuleKind } from './rule.ts';

export const dropIndex: RuleKind = {
  name: 'dropIndex',
  description: 'no release of these indexes, of the named projects or of any',
  example: { dropIndex: ['nightly'] },
  keys: ['projects'],
  read: (declaration) => {
    const indexes = textsOf('dropIndex', declaration, 'dropIndex');
    const projects = projectsOf('dropIndex', declaration, 'projects');
    return {
      names: projects ?? [],
      indexes,
      admits: ({ name, index, release }) =>
        release === null || (projects !== null && !projects.includes(name)) || !indexes.includes(index),
    };
  },
};
