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
  /** Absent: the plain build, or whichever comes first where the space has none. */
  readonly variant?: string | undefined;
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
      extra !== null &&
      packages.some(
        (item) => space.alternatives.headOf(item.name) === name && item.extras?.includes(extra) === true,
      );
    if (isAsked) values[index] = values[base] as number;
  });
  return { values, foreign };
}

/** The candidate of a version, in whatever spelling, or -1. */
function valueOf(space: StateSpace, packageIndex: number, item: NamedPackage): number {
  const key = tryParseVersion(item.version)?.key;
  const fitting = at(space.candidates, packageIndex).flatMap((candidate, value) =>
    candidate.name === item.name && candidate.version.key === key ? [{ ...candidate, value }] : [],
  );
  return buildOf(fitting, item)?.value ?? -1;
}

/** Of the builds of one version the one that is meant. */
export function buildOf<Build extends { readonly index: string; readonly variant: string | null }>(
  builds: readonly Build[],
  { index, variant }: Pick<NamedPackage, 'index' | 'variant'>,
): Build | undefined {
  const own = builds.filter((build) => index === undefined || build.index === index);
  const exact = own.find((build) => build.variant === (variant ?? null));
  return exact ?? (variant === undefined ? own[0] : undefined);
}

/** The package whose candidates a project has, its own or that of the project that it may stand for; -1 when there is none. */
export function realPackage(space: StateSpace, name: string): number {
  const head = space.alternatives.headOf(name);
  return space.model.packages.findIndex((item) => item.extra === null && item.name === head);
}
