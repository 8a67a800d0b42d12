// What a set of stacks is measured against: the versions and pairs of version classes that a space can have at all. Plain
// data, so that whoever reads the stacks can count without the space.
import { isDiagram, type Diagram } from '../diagram/diagram.ts';
import { marginals } from '../diagram/marginals.ts';
import { reachablePairs } from '../diagram/reachable-pairs.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { versionGroups } from '../strategies/version-groups.ts';

export interface CoverageFrame {
  /** False: the space was not compiled, and what is called reachable is an upper bound. */
  readonly exact: boolean;
  readonly packages: readonly CoveragePackage[];
  /** Number of classes of all packages; numbers of classes lie below it. */
  readonly classes: number;
  readonly reachableVersions: number;
  readonly reachablePairs: number;
  /** By class the set of classes that occur with it in some stack, as words of bits; null when it is not exact. */
  readonly pairs: readonly Uint32Array[] | null;
}

export interface CoveragePackage {
  readonly name: string;
  readonly versions: readonly CoverageVersion[];
}

export interface CoverageVersion {
  /** The project that would be installed, where it may be another one than that of the package. */
  readonly name: string;
  /** Normalised. */
  readonly version: string;
  readonly index: string;
  readonly variant: string | null;
  readonly class: number;
  readonly isReachable: boolean;
}

/** @param compiled the diagram, or anything else when there is none */
export function coverageFrame(
  space: StateSpace,
  compiled: Diagram | { readonly reason: string },
): CoverageFrame {
  const { groupOf, count: classes } = versionGroups(space, 'classes', () => true);
  const diagram = isDiagram(compiled) ? compiled : null;
  const counts = diagram === null ? null : marginals(diagram);
  const pairs =
    diagram === null
      ? null
      : reachablePairs(diagram, classes, (packageIndex, value) => at(groupOf, packageIndex)[value] as number);
  const packages = space.model.packages.flatMap((item, index): CoveragePackage[] => {
    if (item.extra !== null) return [];
    const versions = at(space.candidates, index).map((candidate, value) => ({
      name: candidate.name,
      version: candidate.version.text,
      index: candidate.index,
      variant: candidate.variant,
      class: at(groupOf, index)[value] as number,
      isReachable: counts === null || (counts[index]?.get(value) ?? 0n) > 0n,
    }));
    return [{ name: item.name, versions }];
  });
  const all = packages.flatMap(({ versions }) => versions);
  return {
    exact: diagram !== null,
    packages,
    classes,
    reachableVersions: all.filter(({ isReachable }) => isReachable).length,
    reachablePairs: pairs?.pairs ?? pairsOfDifferentPackages(packages),
    pairs: pairs?.rows ?? null,
  };
}

function pairsOfDifferentPackages(packages: readonly CoveragePackage[]): number {
  let before = 0;
  let pairs = 0;
  for (const { versions } of packages) {
    const own = new Set(versions.map((version) => version.class)).size;
    pairs += before * own;
    before += own;
  }
  return pairs;
}
