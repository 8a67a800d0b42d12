// What coverage tells apart in pairs: candidates of a project are one thing when they are interchangeable (`classes`), when
// they are of one project and minor line (`minor`), or not at all (`versions`).
import { classModel } from '../space/class-model.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { minorLine } from './minor-line.ts';

export type Grouping = 'classes' | 'minor' | 'versions';
export const GROUPINGS: readonly Grouping[] = ['classes', 'minor', 'versions'];

export interface VersionGroups {
  readonly count: number;
  /** By package, by value: the number of its group among all, -1 for packages that pairs are not wanted of. */
  readonly groupOf: readonly Int32Array[];
  /** By group: its package. */
  readonly packageOf: readonly number[];
}

/** @param isWanted which packages take part in pairs, asked for real ones */
export function versionGroups(
  space: StateSpace,
  grouping: Grouping,
  isWanted: (name: string) => boolean,
): VersionGroups {
  const members = grouping === 'classes' ? classModel(space.model).members : [];
  const packageOf: number[] = [];
  const groupOf = space.model.packages.map((item, packageIndex) => {
    const groups = new Int32Array(item.size).fill(-1);
    if (item.extra !== null || !isWanted(item.name)) {
      return groups;
    }
    const numbers = new Map<string, number>();
    const keys = keysOf(space, packageIndex, grouping, members[packageIndex] ?? []);
    keys.forEach((key, value) => {
      if (key !== null) {
        const number = numbers.get(key) ?? packageOf.push(packageIndex) - 1;
        numbers.set(key, number);
        groups[value] = number;
      }
    });
    return groups;
  });
  return { count: packageOf.length, groupOf, packageOf };
}

/** By value: a text that values of one group share; null for values that no stack has as far as propagation can tell. */
function keysOf(
  space: StateSpace,
  packageIndex: number,
  grouping: Grouping,
  classes: readonly (readonly number[])[],
): readonly (string | null)[] {
  const candidates = at(space.candidates, packageIndex);
  const keys = candidates.map((): string | null => null);
  if (grouping === 'classes') {
    classes.forEach((values, index) => values.forEach((value) => (keys[value] = String(index))));
    return keys;
  }
  return candidates.map(({ name, version }, value) =>
    grouping === 'versions' ? String(value) : `${name} ${minorLine(version)}`,
  );
}
