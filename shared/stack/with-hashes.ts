// A lookup in which a project whose hashes the request gives has only the files with one of them: what an installer would
// refuse is no candidate, neither for the engine nor for the oracle nor for the lock.
import { normalizeName } from './name.ts';
import type { Release, ReleaseLookup } from './release.ts';

/** Lower-case hex SHA-256 by project name; a project that is absent is not restricted. */
export type AllowedHashes = Readonly<Record<string, readonly string[]>>;

/** A release of a restricted project that has no file with an allowed hash is gone, one without any files too. */
export function withHashes(lookup: ReleaseLookup, hashes: AllowedHashes): ReleaseLookup {
  const allowed = new Map(
    Object.entries(hashes).map(([name, digests]) => [normalizeName(name), new Set(digests)]),
  );
  if (allowed.size === 0) {
    return lookup;
  }
  const known = new Map<string, readonly Release[] | undefined>();
  return {
    refused: (name) => {
      const digests = allowed.get(name);
      return digests === undefined
        ? []
        : (lookup.releases(name) ?? []).filter((release) => restricted(release, digests).length === 0);
    },
    releases: (name) => {
      const digests = allowed.get(name);
      if (digests === undefined) {
        return lookup.releases(name);
      }
      if (!known.has(name)) {
        known.set(
          name,
          lookup.releases(name)?.flatMap((release) => restricted(release, digests)),
        );
      }
      return known.get(name);
    },
  };
}

function restricted(release: Release, digests: ReadonlySet<string>): readonly Release[] {
  const files = release.files.filter(({ sha256 }) => sha256 !== undefined && digests.has(sha256));
  return files.length === 0 ? [] : [{ ...release, files }];
}
