// What is kept of one installed wheel, or of the environment before anything is installed into it: which of its files are linked,
// and the few that are written anew because they hold the name of the environment that they are in.

export interface OwnFile {
  readonly path: string;
  readonly mode: number;
  /** Byte code says of which moment its source is. */
  readonly modifiedMs: number;
  /** Its bytes, one a character (latin1). */
  readonly content: string;
}

/** Every path is relative to the environment. */
export interface KeptEntry {
  /** Key of the environment where it was installed: it stands in its own files wherever the environment's path does. */
  readonly key: string;
  /** Kept as hard links, named by their place in this list. */
  readonly files: readonly string[];
  readonly own: readonly OwnFile[];
  /** Folders that no file asks for. */
  readonly folders: readonly string[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** Of `files`. */
  readonly bytes: number;
}

/** Of all own files of an entry: scripts are hundreds of bytes, and a RECORD of twenty thousand files has two million. */
export const MAXIMUM_OWN_BYTES = 8 * 1024 ** 2;

/** An entry as it was written; null for anything else, such as one that a crash cut off. */
export function parseEntry(text: string): KeptEntry | null {
  let value: Partial<KeptEntry> | null;
  try {
    value = JSON.parse(text) as Partial<KeptEntry> | null;
  } catch {
    return null;
  }
  const { key, files, own, folders, links, bytes } = value ?? {};
  if (typeof key !== 'string' || typeof bytes !== 'number') return null;
  if (![files, own, folders, links].every((list) => Array.isArray(list))) return null;
  const entry = value as KeptEntry;
  const paths = [...entry.files, ...entry.folders, ...[...entry.own, ...entry.links].map(({ path }) => path)];
  return paths.every(isInside) ? entry : null;
}

/** Has a part that is empty, `.` or `..`. */
const UNPLAIN = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** Whether a path names something below where it starts, in one way only. */
export function isInside(path: unknown): path is string {
  return typeof path === 'string' && !UNPLAIN.test(path) && !path.includes('\0');
}
