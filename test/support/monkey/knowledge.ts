// Knowledge written by hand, for tests of the Dependency Monkey.
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import type { Release, ReleaseLookup } from '../../../shared/stack/release.ts';
import { parseRequirement, type Requirement } from '../../../shared/stack/requirement.ts';
import type { Stack } from '../../../shared/stack/stack.ts';

export const linux311 = canonicalEnvironment({ python: '3.11', platform: 'linux_x86_64' });

/** A release without files, so that it is installable everywhere. */
export function release(
  name: string,
  version: string,
  requires: readonly string[] | null = [],
  rest: Partial<Release> = {},
): Release {
  return {
    index: 'pip',
    name,
    version,
    requires_python: null,
    requires_dist: requires,
    provides_extra: [],
    yanked: false,
    files: [],
    ...rest,
  };
}

export function lookupOf(releases: readonly Release[], emptyProjects: readonly string[] = []): ReleaseLookup {
  const byName = new Map<string, Release[]>(emptyProjects.map((name) => [name, []]));
  for (const each of releases) {
    byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
  }
  return { releases: (name) => byName.get(name) };
}

export function requirements(...texts: readonly string[]): readonly Requirement[] {
  return texts.map((text) => parseRequirement(text));
}

/** A stack on one line, such as `a==1.0 b[x]==2.0~v3@other`; the index `pip` is left out. */
export function stackLine(stack: Pick<Stack, 'packages'>): string {
  return stack.packages
    .map(({ name, version, index, extras, variant }) => {
      const asked = extras === undefined ? '' : `[${extras.join(',')}]`;
      const build = variant === undefined ? '' : `~${variant}`;
      return `${name}${asked}==${version}${build}${index === 'pip' ? '' : `@${index}`}`;
    })
    .join(' ');
}
