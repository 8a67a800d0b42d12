// A snapshot in memory: what the Dependency Monkey asks. Releases stand in the order of the snapshot.
import type { Release, SnapshotHeader } from '../../../shared/stack/release.ts';

export interface KnowledgeSnapshot {
  /** `sha256:` and 64 hex digits. */
  readonly id: string;
  readonly header: SnapshotHeader;
  /** Every index's releases of a normalised name; undefined when the snapshot does not know it. */
  releases(name: string): readonly Release[] | undefined;
  /** Normalised, sorted. */
  readonly names: readonly string[];
}

export function snapshotOf(
  id: string,
  header: SnapshotHeader,
  releases: ReadonlyMap<string, readonly Release[]>,
): KnowledgeSnapshot {
  return {
    id,
    header,
    releases: (name) => releases.get(name),
    names: [...releases.keys()].toSorted(),
  };
}
