import type { ProjectFile } from '../../coordinator/knowledge/index/index-client.ts';

/** A file as an index lists it that tells nothing but its name. */
export function sampleProjectFile(filename: string, parts: Partial<ProjectFile> = {}): ProjectFile {
  return {
    filename,
    url: `https://index.example/${encodeURIComponent(filename)}`,
    sha256: null,
    size: null,
    uploadTime: null,
    requiresPython: null,
    yanked: false,
    metadata: null,
    ...parts,
  };
}
