// From a stack with names and versions back to chosen values: the reverse of `stackOf`.
import { tryParseVersion } from '../../shared/stack/version.ts';
import { at } from './space/at.ts';
import type { StateSpace } from './space/state-space.ts';

export interface NamedPackage {
  /** Normalised. */
  readonly name: string;
  readonly version: string;
  /** Absent: whichever index comes first. */
  readonly index?: string | undefined;
  readonly extras?: readonly string[] | undefined;
}

export interface FoundValues<Package extends NamedPackage> {
  /** By package of the space's model the value, -1 for packages outside. */
  readonly values: Int32Array;
  /** What the space has no candidate for. */
  readonly foreign: readonly Package[];
}

/** Whether the packages go together is not asked. */
export function valuesOf<Package extends NamedPackage>(
  space: StateSpace,
  packages: readonly Package[],
): FoundValues<Package> {
  const { model } = space;
  const values = new Int32Array(model.packages.length).fill(-1);
  const foreign = packages.filter((item) => {
    const packageIndex = realPackage(space, item.name);
    const value = packageIndex === -1 ? -1 : valueOf(space, packageIndex, item);
    if (value !== -1) values[packageIndex] = value;
    return value === -1;
  });
  model.packages.forEach(({ base, extra, name }, index) => {
    const isAsked =
      extra !== null && packages.some((item) => item.name === name && item.extras?.includes(extra) === true);
    if (isAsked) values[index] = values[base] as number;
  });
  return { values, foreign };
}

/** The candidate of a version, in whatever spelling, or -1. */
function valueOf(space: StateSpace, packageIndex: number, { version, index }: NamedPackage): number {
  const key = tryParseVersion(version)?.key;
  return at(space.candidates, packageIndex).findIndex(
    (candidate) => candidate.version.key === key && (index === undefined || candidate.index === index),
  );
}

/** The package of a project, or -1. */
export function realPackage(space: StateSpace, name: string): number {
  return space.model.packages.findIndex((item) => item.extra === null && item.name === name);
}
