// A snapshot in memory: what the Dependency Monkey asks. Releases stand in the order of the snapshot.
import type { Release, SnapshotHeader } from '../../../shared/stack/release.ts';
import { indexFingerprint } from '../../../shared/stack/stack.ts';

export interface KnowledgeSnapshot {
  /** `sha256:` and 64 hex digits. */
  readonly id: string;
  readonly header: SnapshotHeader;
  /** Every index's releases of a normalised name; undefined when the snapshot does not know it. */
  releases(name: string): readonly Release[] | undefined;
  /** Normalised, sorted. */
  readonly names: readonly string[];
  /** By index name, for stack ids; an index without a URL has none. */
  readonly indexFingerprints: Readonly<Record<string, string>>;
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
    indexFingerprints: Object.fromEntries(
      header.indexes.flatMap(({ name, url }) => (url === undefined ? [] : [[name, indexFingerprint(url)]])),
    ),
  };
}
