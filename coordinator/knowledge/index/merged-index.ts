// One view of several places: the same file in two of them is one. Same means the same file name and the same SHA-256,
// or the same name where one place gives no hash. Where two hashes of one name differ, both files are kept, as each can
// be asked for by its hash, and the difference is reported: one of the places is wrong.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { failureOf } from '../http/failures.ts';
import type { IndexClient, ProjectFile } from './index-client.ts';

export interface MergedProject {
  /** Whether any place knows the name. */
  readonly isKnown: boolean;
  readonly files: readonly ProjectFile[];
  readonly unreadable: number;
  /** File names that two places give with different hashes. */
  readonly conflicts: readonly string[];
  /** Places that could not be asked; the files of the others count. */
  readonly failures: readonly { readonly location: string; readonly error: TroopError }[];
}

/** Asks every place for a normalised name. Rejects only when `signal` aborts. */
export async function mergedProject(
  clients: readonly IndexClient[],
  name: string,
  signal: AbortSignal,
): Promise<MergedProject> {
  const answers = await Promise.all(
    clients.map((client) =>
      client.project(name, signal).catch((error: unknown) => failureOf(error, client.location)),
    ),
  );
  signal.throwIfAborted();
  const files: ProjectFile[] = [];
  const failures: { location: string; error: TroopError }[] = [];
  let unreadable = 0;
  let isKnown = false;
  for (const [position, answer] of answers.entries()) {
    if (answer === null) continue;
    if (answer instanceof TroopError) {
      failures.push({ location: clients[position]?.location ?? '', error: answer });
      continue;
    }
    isKnown = true;
    unreadable += answer.unreadable;
    // A page may list more files than a call takes arguments.
    for (const file of answer.files) files.push(file);
  }
  return { isKnown, unreadable, failures, ...mergeFiles(files) };
}

/** Merges files in the order of their places; what the first knows of one is filled up from the later ones. */
export function mergeFiles(files: readonly ProjectFile[]): {
  readonly files: readonly ProjectFile[];
  readonly conflicts: readonly string[];
} {
  const byName = new Map<string, { variants: ProjectFile[]; positions: Map<string, number> }>();
  for (const file of files) {
    const known = byName.get(file.filename) ?? { variants: [], positions: new Map<string, number>() };
    byName.set(file.filename, known);
    const { variants, positions } = known;
    const position = positionOf(file, known) ?? variants.length;
    const other = variants[position];
    const merged = other === undefined ? file : combined(other, file);
    variants[position] = merged;
    if (merged.sha256 !== null) positions.set(merged.sha256, position);
  }
  return {
    files: [...byName.values()].flatMap(({ variants }) => variants),
    conflicts: [...byName].filter(([, { variants }]) => variants.length > 1).map(([filename]) => filename),
  };
}

/**
 * Where the same file stands: the one of that hash, and where a hash is not known, the first. A file without one is
 * the only one of its name, as any other would have been taken for it.
 */
function positionOf(
  { sha256 }: ProjectFile,
  { variants, positions }: { variants: readonly ProjectFile[]; positions: ReadonlyMap<string, number> },
): number | undefined {
  const [first] = variants;
  if (first === undefined) return undefined;
  return sha256 === null || first.sha256 === null ? 0 : positions.get(sha256);
}

/** A copy on this machine's disk is the one to fetch; anything that one place says holds for both. */
function combined(a: ProjectFile, b: ProjectFile): ProjectFile {
  const isOnDisk = (file: ProjectFile): boolean => file.url.startsWith('file:');
  const [near, far] = !isOnDisk(a) && isOnDisk(b) ? [b, a] : [a, b];
  return {
    filename: near.filename,
    url: near.url,
    sha256: near.sha256 ?? far.sha256,
    size: near.size ?? far.size,
    uploadTime: near.uploadTime ?? far.uploadTime,
    requiresPython: near.requiresPython ?? far.requiresPython,
    yanked: near.yanked || far.yanked,
    metadata: near.metadata,
  };
}
