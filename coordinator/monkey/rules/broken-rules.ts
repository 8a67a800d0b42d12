// Which rules a finished stack breaks. What keeps to a reference stack (`hold` without a version, `vary`) is not asked: that is
// known only to whoever opens the space.
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import type { Release } from '../../../shared/stack/release.ts';
import type { StackPackage } from '../../../shared/stack/stack.ts';
import { parseVersion } from '../../../shared/stack/version.ts';
import type { Violation } from '../../../shared/stack/violation.ts';
import { OPAQUE_INDEX, type Candidate } from '../space/candidate.ts';
import type { RuleDeclaration } from './declaration.ts';
import { rulesOfSpace } from './read-rules.ts';
import type { Rule } from './rule.ts';

/** Of the rules that hold in an environment; one that looks at lanes is left out. @throws TROOP-1941, TROOP-1942 */
export function brokenRules(
  declarations: readonly RuleDeclaration[],
  environment: TargetEnvironment,
  packages: readonly StackPackage[],
): readonly Violation[] {
  const candidates = packages.map(ruledCandidate);
  return rulesOfSpace(declarations, environment).flatMap((rule) => violationsOf(rule, candidates));
}

/** A package of a stack as a rule sees it. */
export function ruledCandidate({ name, version, index, variant }: StackPackage): Candidate {
  const unread = { requires_python: null, requires_dist: null, provides_extra: [], yanked: false, files: [] };
  const release: Release | null = index === OPAQUE_INDEX ? null : { name, version, index, ...unread };
  return { name, version: parseVersion(version), index, variant: variant ?? null, lines: [], release };
}

function violationsOf({ kind, effect }: Rule, candidates: readonly Candidate[]): readonly Violation[] {
  const { admits, rejects } = effect;
  const by = `the rule ${kind}`;
  const left = admits === undefined ? [] : candidates.filter((candidate) => !admits(candidate));
  const [first] = rejects?.terms ?? [];
  const isRejected = rejects?.terms.every(({ matches }) => candidates.some(matches)) === true;
  return [
    ...left.map(({ name, version }): Violation => ({
      kind: 'rule',
      package: name,
      by,
      text: `The rule ${kind} leaves no ${name} ${version.text} of that index and variant.`,
    })),
    ...(isRejected && first !== undefined
      ? [
          {
            kind: 'rule',
            package: first.project,
            by,
            text: `A rule rejects ${rejects?.text ?? ''}.`,
          } as const,
        ]
      : []),
  ];
}
