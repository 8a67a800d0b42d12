// What the packages of a stack ask for, walked naively: from the request, over the dependencies of every package that is
// asked for, with the extras that are asked for, again and again until nothing new turns up. Cycles end by themselves.
import { TroopError } from '../errors/troop-error.ts';
import type { MarkerEnvironment } from './marker.ts';
import { markerHolds } from './marker.ts';
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

export interface ClosureInput {
  /** Those of the request that apply. */
  readonly roots: readonly Requirement[];
  readonly packages: readonly StackPackage[];
  readonly markers: MarkerEnvironment;
  /** PEP 508 lines of a package; null when they are unknown, undefined when the release is. */
  readonly linesOf: (item: StackPackage) => readonly string[] | null | undefined;
  /** The package of the stack that a requirement is about; its own name when absent, or when no other stands for it. */
  readonly standInOf?: ((name: string) => string) | undefined;
}

export function walkClosure(input: ClosureInput): Closure {
  const violations: Violation[] = [];
  const dependencies = new Map(
    input.packages.map((item) => [item.name, readDependencies(item, input, violations)]),
  );
  const packages = new Map(input.packages.map((item) => [item.name, item]));
  let extras: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  for (;;) {
    const demands = input.roots.map((requirement): Demand => ({ requirement, by: 'the request' }));
    for (const [name, asked] of extras) {
      const applicable = (dependencies.get(name) ?? []).filter((dependency) =>
        markerHolds(dependency.marker, input.markers, asked),
      );
      const by = `${name} ${packages.get(name)?.version ?? ''}`.trim();
      demands.push(...applicable.map((requirement): Demand => ({ requirement, by })));
    }
    const grown = extrasOf(demands, input.standInOf ?? ((name) => name));
    if (sizeOf(grown) === sizeOf(extras)) {
      return { demands, extras, violations };
    }
    extras = grown;
  }
}

/** Parses the lines of a package; a line that cannot be read, or cannot be judged on the target, is a violation. */
function readDependencies(
  item: StackPackage,
  input: ClosureInput,
  violations: Violation[],
): readonly Requirement[] {
  const lines = input.linesOf(item);
  const by = `${item.name} ${item.version}`;
  if (lines === null) {
    const text = `What ${by} requires is not known without building it.`;
    violations.push({ kind: 'unknown-metadata', package: item.name, by, text });
  }
  return (lines ?? []).flatMap((line) => {
    try {
      const requirement = parseRequirement(line);
      markerHolds(requirement.marker, input.markers);
      return [requirement];
    } catch (error) {
      if (!(error instanceof TroopError)) {
        throw error;
      }
      const text = `${by} has a requirement that cannot be read: ${error.message}.`;
      violations.push({ kind: 'invalid-metadata', package: item.name, by, text });
      return [];
    }
  });
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
