// What tells two stacks apart, package by package.
import { byCodeUnits } from './canonical-json.ts';
import type { StackPackage } from './stack.ts';
import { compareVersions, parseVersion } from './version.ts';

export interface StackDifference {
  /** Only in the second one. */
  readonly added: readonly StackPackage[];
  /** Only in the first one. */
  readonly removed: readonly StackPackage[];
  readonly changed: readonly ChangedPackage[];
}

export interface ChangedPackage {
  readonly name: string;
  readonly from: StackPackage;
  readonly to: StackPackage;
  /** `index`: the same version from another index; `variant`: another build of it; `extras`: the same build with other extras. */
  readonly kind: 'up' | 'down' | 'index' | 'variant' | 'extras';
}

/** Each part sorted by name. Names and versions are normalised. @throws TROOP-1802 */
export function differenceOf(
  first: readonly StackPackage[],
  second: readonly StackPackage[],
): StackDifference {
  const before = new Map(first.map((item) => [item.name, item]));
  const after = new Map(second.map((item) => [item.name, item]));
  const byName = (a: StackPackage, b: StackPackage): number => byCodeUnits(a.name, b.name);
  return {
    added: second.filter(({ name }) => !before.has(name)).toSorted(byName),
    removed: first.filter(({ name }) => !after.has(name)).toSorted(byName),
    changed: first.toSorted(byName).flatMap((from): ChangedPackage[] => {
      const to = after.get(from.name);
      const kind = to === undefined ? null : kindOfChange(from, to);
      return to === undefined || kind === null ? [] : [{ name: from.name, from, to, kind }];
    }),
  };
}

/** How many packages are not the same. */
export function differenceSize({ added, removed, changed }: StackDifference): number {
  return added.length + removed.length + changed.length;
}

function kindOfChange(from: StackPackage, to: StackPackage): ChangedPackage['kind'] | null {
  const order = compareVersions(parseVersion(to.version), parseVersion(from.version));
  if (order !== 0) return order > 0 ? 'up' : 'down';
  if (from.index !== to.index) return 'index';
  if ((from.variant ?? null) !== (to.variant ?? null)) return 'variant';
  return (from.extras ?? []).join(',') === (to.extras ?? []).join(',') ? null : 'extras';
}
