// What the rules add to the score of a finished stack, package by package.
import type { Stack } from '../../../shared/stack/stack.ts';
import { ruledCandidate } from './broken-rules.ts';
import type { RuleDeclaration } from './declaration.ts';
import { rulesOfSpace } from './read-rules.ts';

export interface ScoredPackage {
  readonly name: string;
  readonly version: string;
  /** The sum of what its rules add; never 0. */
  readonly points: number;
}

/** Of the rules that hold in the environment of the stack, in the order of its packages. @throws TROOP-1941, TROOP-1942 */
export function scoredPackages(
  declarations: readonly RuleDeclaration[],
  { environment, packages }: Pick<Stack, 'environment' | 'packages'>,
): readonly ScoredPackage[] {
  const scorers = rulesOfSpace(declarations, environment).flatMap(({ effect }) => effect.scoreOf ?? []);
  return packages
    .map((item) => {
      const candidate = ruledCandidate(item);
      const points = scorers.reduce((sum, scoreOf) => sum + scoreOf(candidate), 0);
      return { name: item.name, version: item.version, points };
    })
    .filter(({ points }) => points !== 0);
}
