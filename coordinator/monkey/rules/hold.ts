// A project stays what it is: at the version that is named, or at that of the reference stack (the baseline that was given,
// else the newest stack). Thoth: OneVersionStride.
import { patternsOf } from './pattern.ts';
import { keep } from './keep.ts';
import type { RuleKind } from './rule.ts';

export const hold: RuleKind = {
  name: 'hold',
  description: 'a project at the named version, or at that of the baseline',
  example: { hold: ['numpy', 'scipy==1.11.4'] },
  keys: [],
  read: (declaration) => {
    const value = declaration['hold'];
    const patterns = patternsOf('hold', 'hold', value);
    const projects = patterns.filter(({ isBounded }) => !isBounded).map(({ project }) => project);
    return {
      ...keep.read({ keep: value ?? null }),
      ...(projects.length === 0 ? {} : { holds: { projects, isAllBut: false } }),
    };
  },
};
