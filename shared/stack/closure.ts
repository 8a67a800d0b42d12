// What the packages of a stack ask for, walked naively: from the request, over the dependencies of every package that is
// asked for, with the extras that are asked for, again and again until nothing new turns up. Cycles end by themselves.
import { TroopError } from '../errors/troop-error.ts';
import type { MarkerEnvironment } from './marker.ts';
import { markerHolds, mentionsExtra } from './marker.ts';
import { parseRequirement, type Requirement } from './requirement.ts';
import type { StackPackage } from './stack.ts';
import type { Violation } from './violation.ts';

/** A requirement that applies, and who has it. */
export interface Demand {
  readonly requirement: Requirement;
  readonly by: string;
}

export interface Closure {
  readonly demands: readonly Demand[];
  /** Extras that are asked for, by name of every package that is asked for. */
  readonly extras: ReadonlyMap<string, ReadonlySet<string>>;
  /** Dependencies that could not be read. */
  readonly violations: readonly Violation[];
}

/** A dependency of a package, and whether it applies when these extras of the package are asked for. */
export interface Dependency {
  readonly requirement: Requirement;
  readonly holds: (asked: ReadonlySet<string>) => boolean;
}

export interface Dependencies {
  readonly all: readonly Dependency[];
  /** Of what could not be read. */
  readonly violations: readonly Violation[];
}

export interface ClosureInput {
  /** Those of the request that apply. */
  readonly roots: readonly Requirement[];
  readonly packages: readonly StackPackage[];
  /** See `readDependencies`. */
  readonly dependenciesOf: (item: StackPackage) => Dependencies;
  /** The package of the stack that a requirement is about; its own name when absent, or when no other stands for it. */
  readonly standInOf?: ((name: string) => string) | undefined;
}

export function walkClosure(input: ClosureInput): Closure {
  const dependencies = new Map(input.packages.map((item) => [item.name, input.dependenciesOf(item)]));
  const violations = input.packages.flatMap(({ name }) => dependencies.get(name)?.violations ?? []);
  const packages = new Map(input.packages.map((item) => [item.name, item]));
  let extras: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  for (;;) {
    const demands = input.roots.map((requirement): Demand => ({ requirement, by: 'the request' }));
    for (const [name, asked] of extras) {
      const by = `${name} ${packages.get(name)?.version ?? ''}`.trim();
      const applicable = (dependencies.get(name)?.all ?? []).filter(({ holds }) => holds(asked));
      for (const { requirement } of applicable) demands.push({ requirement, by });
    }
    const grown = extrasOf(demands, input.standInOf ?? ((name) => name));
    if (sizeOf(grown) === sizeOf(extras)) {
      return { demands, extras, violations };
    }
    extras = grown;
  }
}

/**
 * Reads the lines of a package; a line that cannot be read, or cannot be judged on the target, is a violation.
 * @param lines PEP 508 lines of the package; null when they are unknown, undefined when the release is
 */
export function readDependencies(
  item: StackPackage,
  lines: readonly string[] | null | undefined,
  markers: MarkerEnvironment,
): Dependencies {
  const violations: Violation[] = [];
  const by = `${item.name} ${item.version}`;
  if (lines === null) {
    const text = `What ${by} requires is not known without building it.`;
    violations.push({ kind: 'unknown-metadata', package: item.name, by, text });
  }
  const all = (lines ?? []).flatMap((line) => {
    try {
      return [dependencyOf(parseRequirement(line), markers)];
    } catch (error) {
      if (!(error instanceof TroopError)) {
        throw error;
      }
      const text = `${by} has a requirement that cannot be read: ${error.message}.`;
      violations.push({ kind: 'invalid-metadata', package: item.name, by, text });
      return [];
    }
  });
  return { all, violations };
}

/** @throws TROOP-1806 when its marker cannot be judged */
function dependencyOf(requirement: Requirement, markers: MarkerEnvironment): Dependency {
  const { marker } = requirement;
  const isAlways = markerHolds(marker, markers);
  if (isAlways || marker === null || !mentionsExtra(marker)) {
    return { requirement, holds: () => isAlways };
  }
  const answers = new Map<string, boolean>();
  const holdsFor = (extra: string): boolean => {
    const answer = answers.get(extra) ?? markerHolds(marker, markers, [extra]);
    answers.set(extra, answer);
    return answer;
  };
  return { requirement, holds: (asked) => [...asked].some(holdsFor) };
}

function extrasOf(
  demands: readonly Demand[],
  standInOf: (name: string) => string,
): ReadonlyMap<string, ReadonlySet<string>> {
  const extras = new Map<string, Set<string>>();
  for (const { requirement } of demands) {
    const name = standInOf(requirement.name);
    const known = extras.get(name) ?? new Set<string>();
    requirement.extras.forEach((extra) => known.add(extra));
    extras.set(name, known);
  }
  return extras;
}

/** Both kinds of growth: a package more, or an extra more. What is asked for only ever grows from round to round. */
function sizeOf(extras: ReadonlyMap<string, ReadonlySet<string>>): number {
  return [...extras.values()].reduce((sum, asked) => sum + 1 + asked.size, 0);
}
