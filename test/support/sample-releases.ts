// A small world of releases for tests of stacks: real shapes, made-up projects.
import { parseRequirement, type Requirement } from '../../shared/stack/requirement.ts';
import type { Release, ReleaseFile, ReleaseLookup } from '../../shared/stack/release.ts';

export function sampleFile(filename: string, more: Partial<ReleaseFile> = {}): ReleaseFile {
  return { filename, ...more };
}

/** `name version` on the index `pip`, installable everywhere unless it is given files. */
export function sampleRelease(pin: string, more: Partial<Release> = {}): Release {
  const [name = '', version = ''] = pin.split(' ');
  return {
    index: 'pip',
    name,
    version,
    requires_python: null,
    requires_dist: [],
    provides_extra: [],
    yanked: false,
    files: [],
    ...more,
  };
}

export function lookupOf(releases: readonly Release[]): ReleaseLookup {
  return {
    releases: (name) => {
      const found = releases.filter((release) => release.name === name);
      return found.length === 0 ? undefined : found;
    },
  };
}

export function requirementsOf(...lines: readonly string[]): readonly Requirement[] {
  return lines.map(parseRequirement);
}
