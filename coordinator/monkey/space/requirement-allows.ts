// What requirements and constraints leave of the candidates of a package, be it one project or several that may stand for
// one another.
import type { Alternatives } from '../../../shared/stack/alternatives.ts';
import type { Requirement } from '../../../shared/stack/requirement.ts';
import { specifierAllows } from '../../../shared/stack/specifier.ts';
import { isOpaque, type Candidate } from './candidate.ts';

/** Whether a candidate meets a requirement: by its own name or as a stand-in, and by its version. */
export function requirementAllows(
  { name, specifier }: Requirement,
  candidate: Candidate,
  alternatives: Alternatives,
): boolean {
  return (
    alternatives.isAbout(name, candidate.name) &&
    (isOpaque(candidate) || specifierAllows(specifier, candidate.version))
  );
}

/** Whether a constraint lets a candidate be: one that it is not about, it does not bound. */
export function constraintAllows(
  constraint: Requirement,
  candidate: Candidate,
  alternatives: Alternatives,
): boolean {
  return (
    !alternatives.isAbout(constraint.name, candidate.name) ||
    requirementAllows(constraint, candidate, alternatives)
  );
}
