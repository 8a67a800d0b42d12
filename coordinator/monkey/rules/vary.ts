// Only the named projects vary; all others keep the version of the reference stack, as far as the varied ones allow it.
// Thoth: PackageCombinationsSieve.
import { projectsOf, wrongParameter } from './read-fields.ts';
import type { RuleKind } from './rule.ts';

export const vary: RuleKind = {
  name: 'vary',
  description: 'only these projects vary, the others stay at the versions of the baseline as far as possible',
  example: { vary: ['numpy', 'scipy'] },
  keys: [],
  read: (declaration) => {
    const projects = projectsOf('vary', declaration, 'vary');
    if (projects === null) throw wrongParameter('vary', 'vary', 'it names no project');
    return { names: projects, holds: { projects, isAllBut: true } };
  },
};
