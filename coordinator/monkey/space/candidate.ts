// One thing that may be installed for a project: a version from an index.
import { byCodeUnits } from '../../../shared/stack/canonical-json.ts';
import type { Release } from '../../../shared/stack/release.ts';
import { compareVersions, type Version } from '../../../shared/stack/version.ts';

export interface Candidate {
  readonly version: Version;
  readonly index: string;
  /** PEP 508 lines of the file that would be installed on the target. */
  readonly lines: readonly string[];
  /** Null for the opaque candidate of a project that the knowledge lacks. */
  readonly release: Release | null;
}

/** Newest first; equal versions by the order of their indexes, then by spelling, so that no order of input matters. */
export function compareCandidates(
  indexRank: (index: string) => number,
): (a: Candidate, b: Candidate) => number {
  return (a, b) =>
    compareVersions(b.version, a.version) ||
    indexRank(a.index) - indexRank(b.index) ||
    byCodeUnits(a.index, b.index) ||
    byCodeUnits(a.version.text, b.version.text) ||
    byCodeUnits(a.version.original, b.version.original);
}
