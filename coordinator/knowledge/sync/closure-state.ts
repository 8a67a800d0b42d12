// What the walk over names knows: for every project the specifiers and extras that others asked for, what the indexes
// list, and the releases taken in so far. Nothing here waits for anything.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { markerHolds } from '../../../shared/stack/marker.ts';
import type { Release } from '../../../shared/stack/release.ts';
import { parseRequirement, type Requirement } from '../../../shared/stack/requirement.ts';
import { formatSpecifierSet, type SpecifierSet } from '../../../shared/stack/specifier.ts';
import type { Target } from '../../../shared/stack/target.ts';
import type { ProjectListing } from './list-project.ts';

export interface ProjectState {
  readonly name: string;
  /** By their text. */
  readonly demands: Map<string, SpecifierSet>;
  readonly extras: Set<string>;
  /** One an index that knows the name; undefined until the indexes were asked. */
  listings: readonly ProjectListing[] | undefined;
  /** Taken in, by index and version: null while its metadata is being learned. */
  readonly taken: Map<string, Release | null>;
  /** What has become known of it and waits to be looked at. */
  due: 'nothing' | 'specifiers' | 'extras';
}

export function openProject(name: string): ProjectState {
  return {
    name,
    demands: new Map(),
    extras: new Set(),
    listings: undefined,
    taken: new Map(),
    due: 'nothing',
  };
}

/** Writes a need down and says what of it is new: a specifier may bring releases, an extra further needs as well. */
export function recordNeed(
  project: ProjectState,
  requirement: Requirement,
): 'nothing' | 'specifier' | 'extras' {
  const text = formatSpecifierSet(requirement.specifier);
  const hasSpecifier = project.demands.has(text);
  project.demands.set(text, requirement.specifier);
  const newExtras = requirement.extras.filter((extra) => !project.extras.has(extra));
  for (const extra of newExtras) project.extras.add(extra);
  if (newExtras.length > 0) return 'extras';
  return hasSpecifier ? 'nothing' : 'specifier';
}

export interface RequirementReader {
  /** The parsed line, or null when it cannot be read. */
  parse(line: string): Requirement | null;
  /** The requirements of a release that apply on any target with these extras. */
  needs(release: Release, extras: ReadonlySet<string>): readonly Requirement[];
}

/** Parses every distinct line once: thousands of releases share a few hundred. */
export function createRequirementReader(targets: readonly Target[]): RequirementReader {
  const parsed = new Map<string, Requirement | null>();
  const parse = (line: string): Requirement | null => {
    const known = parsed.get(line);
    if (known !== undefined) return known;
    const requirement = tryParse(line, targets);
    parsed.set(line, requirement);
    return requirement;
  };
  const linesOf = (release: Release): readonly string[] => [
    ...(release.requires_dist ?? []),
    ...release.files.flatMap((file) => file.requires_dist ?? []),
  ];
  return {
    parse,
    needs: (release, extras) =>
      linesOf(release)
        .map(parse)
        .filter((requirement) => requirement !== null)
        .filter(({ marker }) => targets.some((target) => markerHolds(marker, target.markers, extras))),
  };
}

/** A marker with an unknown field cannot be judged on any target, so it is as unreadable as a broken line. */
function tryParse(line: string, targets: readonly Target[]): Requirement | null {
  try {
    const requirement = parseRequirement(line);
    for (const target of targets) markerHolds(requirement.marker, target.markers);
    return requirement;
  } catch (error) {
    if (error instanceof TroopError) return null;
    throw error;
  }
}
