// The requirements file of a build: every line is one exact file, by path and hash, or one exact release by hash where
// the builder itself has to find the file on an index. Pure. Syntax: pip's requirements format, which uv shares.
import { pathToFileURL } from 'node:url';
import type { PlannedFile } from './plan-files.ts';

export interface ResolvedFile extends PlannedFile {
  /** Where the fetched file lies, with its true hash; null when the builder has to find it. */
  readonly local: { readonly path: string; readonly sha256: string } | null;
}

export interface Requirements {
  readonly text: string;
  /** False as soon as one line has no hash: then those that there are get verified, and no more. */
  readonly allHashed: boolean;
  /** Names of the indexes that the builder must be told; empty for an installation from local files alone. */
  readonly indexes: readonly string[];
}

export function requirementsOf(files: readonly ResolvedFile[]): Requirements {
  const unresolved = files.filter((file) => file.local === null);
  // A source distribution needs what its build requires, wherever the file itself lies.
  const needing = files.filter((file) => file.local === null || file.isSdist);
  return {
    text: files.map(lineOf).join('\n') + '\n',
    allHashed: unresolved.every((file) => file.sha256 !== null),
    indexes: [...new Set(needing.map((file) => file.index))].toSorted(),
  };
}

function lineOf(file: ResolvedFile): string {
  if (file.local !== null) {
    return `${file.name} @ ${pathToFileURL(file.local.path).href} --hash=sha256:${file.local.sha256}`;
  }
  const hash = file.sha256 === null ? '' : ` --hash=sha256:${file.sha256}`;
  return `${file.name}==${file.version}${hash}`;
}
