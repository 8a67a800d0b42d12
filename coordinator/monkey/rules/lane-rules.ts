// Rules that look at lanes. Lanes share the stacks of an environment, so such a rule does not shape the space: it says on
// which lanes a stack is not inspected.
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import type { StackPackage } from '../../../shared/stack/stack.ts';
import type { Candidate } from '../space/candidate.ts';
import { ruledCandidate } from './broken-rules.ts';
import { holdsIn } from './condition.ts';
import { readRule } from './read-rules.ts';
import type { RuleDeclaration } from './declaration.ts';
import type { RuleEffect } from './rule.ts';

/**
 * Rules for a space whose stacks are all inspected on these lanes: what holds on every one of them holds without that
 * condition, and what holds on none is left out.
 */
export function rulesForLanes(
  declarations: readonly RuleDeclaration[],
  lanes: readonly string[],
): readonly RuleDeclaration[] {
  return declarations.map((declaration) => {
    const { when } = readRule(declaration);
    if (when.lanes === null || !lanes.every((lane) => when.lanes?.includes(lane) === true)) {
      return declaration;
    }
    const { lanes: _lanes, ...rest } = declaration['when'] as Readonly<Record<string, string>>;
    return { ...declaration, when: rest };
  });
}

/** Whether some rule that looks at lanes keeps a stack from being inspected on one. */
export function lanesExcluding(
  declarations: readonly RuleDeclaration[],
  environment: TargetEnvironment,
): (packages: readonly StackPackage[], lane: string) => boolean {
  const rules = declarations
    .map(readRule)
    .filter(({ when }) => when.lanes !== null && holdsIn(when, environment));
  return (packages, lane) => {
    const effects = rules.filter(({ when }) => when.lanes?.includes(lane)).map(({ effect }) => effect);
    return effects.length > 0 && isExcluded(packages.map(ruledCandidate), effects);
  };
}

function isExcluded(candidates: readonly Candidate[], effects: readonly RuleEffect[]): boolean {
  return effects.some(
    ({ admits, rejects }) =>
      (admits !== undefined && !candidates.every(admits)) ||
      (rejects !== undefined && rejects.terms.every(({ matches }) => candidates.some(matches))),
  );
}
