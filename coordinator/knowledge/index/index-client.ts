// What every kind of index answers, whatever its form: the files of one project. Reading a page decides nothing: which
// versions those files are, and which are wanted, is for the sync.

export interface ProjectFile {
  readonly filename: string;
  /** Absolute, without credentials and fragment. */
  readonly url: string;
  /** Lower-case hex; null when the index gives none. */
  readonly sha256: string | null;
  /** In bytes (PEP 700). */
  readonly size: number | null;
  /** RFC 3339 in UTC (PEP 700). */
  readonly uploadTime: string | null;
  readonly requiresPython: string | null;
  /** PEP 592. */
  readonly yanked: boolean;
  /** The index serves the metadata beside the file (PEP 658 and 714); `sha256` of that, where it says it. */
  readonly metadata: { readonly sha256: string | null } | null;
}

export interface ProjectPage {
  readonly files: readonly ProjectFile[];
  /** Entries that are no file of this project or not readable; nothing of them was kept. */
  readonly unreadable: number;
}

export interface IndexClient {
  /** URL without credentials: for people, logs and the snapshot. */
  readonly location: string;
  /** The page of a normalised name, or null when this index does not know it. */
  project(name: string, signal: AbortSignal): Promise<ProjectPage | null>;
}

/** A project page may be as large as this. */
export const maximumPageBytes = 64 * 1024 * 1024;
