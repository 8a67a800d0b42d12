// One thing that may be installed for a project: a version from an index, plain or as a variant. Where projects may stand for
// one another, those of all of them are the candidates of one package.
import { byCodeUnits } from '../../../shared/stack/canonical-json.ts';
import type { Release } from '../../../shared/stack/release.ts';
import { compareVersions, type Version } from '../../../shared/stack/version.ts';

export interface Candidate {
  /** Normalised name of the project that would be installed. */
  readonly name: string;
  readonly version: Version;
  readonly index: string;
  /** Label of the variant wheel (PEP 825); null for a plain build. */
  readonly variant: string | null;
  /** PEP 508 lines of the file that would be installed on the target. */
  readonly lines: readonly string[];
  /** Null for the opaque candidate of a project that the knowledge lacks. */
  readonly release: Release | null;
}

/**
 * Newest first; equal versions by the order of their projects and of their indexes, plain builds before variants, then by
 * spelling, so that no order of input matters.
 */
export function compareCandidates(
  projectRank: (name: string) => number,
  indexRank: (index: string) => number,
): (a: Candidate, b: Candidate) => number {
  return (a, b) =>
    compareVersions(b.version, a.version) ||
    projectRank(a.name) - projectRank(b.name) ||
    indexRank(a.index) - indexRank(b.index) ||
    byCodeUnits(a.index, b.index) ||
    byCodeUnits(a.variant ?? '', b.variant ?? '') ||
    byCodeUnits(a.version.text, b.version.text) ||
    byCodeUnits(a.version.original, b.version.original);
}

/** Where the one candidate of a project comes from that the knowledge lacks. */
export const OPAQUE_INDEX = 'assumed';

/** Whether it is the one candidate of a project that the knowledge lacks. */
export function isOpaque(candidate: Candidate): boolean {
  return candidate.release === null;
}

/** Names a candidate among all others. */
export function candidateKey(item: {
  readonly name: string;
  readonly version: string;
  readonly index: string;
  readonly variant?: string | null | undefined;
}): string {
  return `${item.name} ${item.version} ${item.index} ${item.variant ?? ''}`;
}
