// Projects and indexes that rules name and that nothing in a space can be or come from: most often a slip of the pen, and
// sometimes a rule that is written for other requests as well. So they are told, and nothing is refused.
import type { StateSpace } from '../space/state-space.ts';
import type { RuleDeclaration } from './declaration.ts';
import { readRule } from './read-rules.ts';

/**
 * Normalised names, sorted; those that may stand for a project of the space, or that it may stand for, are known in it. Of all
 * rules, whatever their conditions. @throws TROOP-1941, TROOP-1942
 */
export function unmatchedNames(
  rules: readonly RuleDeclaration[],
  { seenCandidates, alternatives }: Pick<StateSpace, 'seenCandidates' | 'alternatives'>,
): readonly string[] {
  const named = new Set(rules.flatMap((rule) => readRule(rule).effect.names));
  return [...named].filter((name) => !seenCandidates.has(alternatives.headOf(name))).toSorted();
}

/** Indexes that rules name and that are none of those a space takes releases from, sorted. @throws TROOP-1941, TROOP-1942 */
export function unmatchedIndexes(
  rules: readonly RuleDeclaration[],
  known: readonly string[],
): readonly string[] {
  const named = new Set(rules.flatMap((rule) => readRule(rule).effect.indexes ?? []));
  return [...named].filter((index) => !known.includes(index)).toSorted();
}
