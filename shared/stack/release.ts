// One release of one project on one index: what a knowledge snapshot holds a line of, and all that the Dependency
// Monkey knows about the world. Names are normalised (PEP 503); times are RFC 3339 in UTC.

export interface ReleaseFile {
  readonly filename: string;
  /** Absent in a snapshot exported without URLs. Never holds credentials. */
  readonly url?: string;
  /** Lower-case hex; absent when the index gives no SHA-256. */
  readonly sha256?: string;
  /** In bytes. */
  readonly size?: number;
  readonly upload_time?: string;
  /** PEP 440 specifier set of this file; null or absent when it names none. */
  readonly requires_python?: string | null;
  /** PEP 592; a file may be yanked on its own. */
  readonly yanked?: boolean;
  /** PEP 508 lines of this very file, where they differ from the release's (wheels of one release may disagree). */
  readonly requires_dist?: readonly string[];
}

export interface Release {
  /** Name of the index as the knowledge base calls it, such as `pip`. */
  readonly index: string;
  readonly name: string;
  readonly version: string;
  readonly requires_python: string | null;
  /** PEP 508 lines; null when the metadata could not be learned without a build (*needs-build*). */
  readonly requires_dist: readonly string[] | null;
  readonly provides_extra: readonly string[];
  readonly yanked: boolean;
  /** Empty: the release counts as installable everywhere. */
  readonly files: readonly ReleaseFile[];
}

export interface SnapshotIndex {
  readonly name: string;
  /** Without credentials; absent when exported without URLs. */
  readonly url?: string;
}

export interface SnapshotHeader {
  readonly format: 'troop-knowledge';
  readonly version: 1;
  readonly created: string;
  readonly indexes: readonly SnapshotIndex[];
}

/** What is known about projects: the whole world of an engine and of the oracle. Names are normalised. */
export interface ReleaseLookup {
  /** Every release of a project on every index, in any order; undefined when the project is unknown. */
  releases(name: string): readonly Release[] | undefined;
  /** Those that would be among them, had the request not given hashes of other files. */
  readonly refused?: (name: string) => readonly Release[];
}
