// What part of all stacks has what: exact counts on the diagram, and shares of them.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { normalizeName } from '../../../shared/stack/name.ts';
import { parseRequirement, type Requirement } from '../../../shared/stack/requirement.ts';
import { specifierAllows } from '../../../shared/stack/specifier.ts';
import { conditioned } from '../../monkey/diagram/condition.ts';
import type { Diagram } from '../../monkey/diagram/diagram.ts';
import { marginals } from '../../monkey/diagram/marginals.ts';
import { log10, ratio } from '../../monkey/diagram/ratio.ts';
import { at } from '../../monkey/space/at.ts';
import type { StateSpace } from '../../monkey/space/state-space.ts';
import { realPackage } from '../../monkey/values-of.ts';

export interface ConditionalCount extends StackShare {
  readonly requirements: readonly string[];
  readonly log10: number | null;
}

export interface StackShare {
  /** Decimal digits. */
  readonly count: string;
  /** Of all stacks, 0 to 1. */
  readonly share: number;
}

export interface VersionShares {
  readonly name: string;
  /** Newest first. */
  readonly versions: readonly VersionShare[];
  /** Stacks without the project, and without those that may stand for it. */
  readonly absent: StackShare;
}

export interface VersionShare extends StackShare {
  /** What would be installed: the project itself, or another one that may stand for it. */
  readonly project: string;
  readonly version: string;
  readonly index: string;
  readonly variant: string | null;
}

/** That a condition can demand at once. */
const MAX_PROJECTS = 30;

/** How many stacks have all of some projects, each in a version that is allowed. @throws TROOP-1931 */
export function shareWhere(space: StateSpace, diagram: Diagram, texts: readonly string[]): ConditionalCount {
  const requirements = texts.map(readCondition);
  const names = [...new Set(requirements.map(({ name }) => name))];
  if (names.length > MAX_PROJECTS) {
    throw new TroopError('TROOP-1931', {
      text: texts.join(' '),
      reason: `it names more than ${MAX_PROJECTS} projects`,
    });
  }
  const conditions = new Map<number, ReadonlySet<number>>();
  for (const packageIndex of new Set(names.map((name) => realPackage(space, name)))) {
    if (packageIndex === -1) return { requirements: texts, ...shareOf(0n, diagram.count), log10: null };
    const asked = requirements.filter(({ name }) => realPackage(space, name) === packageIndex);
    conditions.set(packageIndex, allowedValues(space, packageIndex, asked));
  }
  const { count } = conditioned(diagram, {
    mustHave: [...conditions.keys()],
    isAllowed: (packageIndex, value) => conditions.get(packageIndex)?.has(value) ?? true,
  });
  return {
    requirements: texts,
    ...shareOf(count, diagram.count),
    log10: count === 0n ? null : log10(count),
  };
}

/** For each named project, how many stacks have each of its versions. @throws TROOP-1932 */
export function shareByVersion(
  space: StateSpace,
  diagram: Diagram,
  names: readonly string[],
): readonly VersionShares[] {
  if (names.length === 0) return [];
  const counts = marginals(diagram);
  return names.map((text): VersionShares => {
    const name = normalizeName(text);
    const packageIndex = realPackage(space, name);
    if (packageIndex === -1) throw new TroopError('TROOP-1932', { name });
    const own = counts[packageIndex] ?? new Map<number, bigint>();
    const candidates = at(space.candidates, packageIndex);
    // Of a project that stands for others all of them, of one that stands in only itself.
    const shown = [...candidates.keys()].filter((value) =>
      space.alternatives.isAbout(name, at(candidates, value).name),
    );
    const present = shown.reduce((sum, value) => sum + (own.get(value) ?? 0n), 0n);
    return {
      name,
      versions: shown.map((value) => {
        const { name: project, version, index, variant } = at(candidates, value);
        const share = shareOf(own.get(value) ?? 0n, diagram.count);
        return { project, version: version.text, index, variant, ...share };
      }),
      absent: shareOf(diagram.count - present, diagram.count),
    };
  });
}

function shareOf(count: bigint, total: bigint): StackShare {
  return { count: count.toString(), share: total === 0n ? 0 : ratio(count, total) };
}

function readCondition(text: string): Requirement {
  const requirement = parseRequirement(text);
  const { extras, marker, url } = requirement;
  if (extras.length > 0 || marker !== null || url !== null) {
    throw new TroopError('TROOP-1931', { text, reason: 'it has an extra, a marker or a URL' });
  }
  return requirement;
}

function allowedValues(
  space: StateSpace,
  packageIndex: number,
  asked: readonly Requirement[],
): ReadonlySet<number> {
  return new Set(
    at(space.candidates, packageIndex).flatMap(({ name, version, release }, value) => {
      const isAsked = asked.every(
        (requirement) =>
          space.alternatives.isAbout(requirement.name, name) &&
          (release === null || specifierAllows(requirement.specifier, version)),
      );
      return isAsked ? [value] : [];
    }),
  );
}
