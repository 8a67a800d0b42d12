// Why a release is no candidate: a closed list. Nothing disappears from a space without being counted under one of these.

export const EXCLUSION_REASONS = [
  'not-a-version',
  'duplicate',
  'hash',
  'other-index',
  'no-alternative',
  'rule',
  'pre-release',
  'yanked',
  'too-new',
  'python',
  'no-installable-file',
  'variant',
  'unknown-metadata',
  'invalid-metadata',
  'url-requirement',
] as const;

export type ExclusionReason = (typeof EXCLUSION_REASONS)[number];

/** Names the releases of a reason to a person. */
export const EXCLUSION_LABELS: Readonly<Record<ExclusionReason, string>> = {
  'not-a-version': 'no PEP 440 version',
  duplicate: 'the same version of the same index again',
  hash: 'no file with one of the hashes that the request gives',
  'other-index': 'from an index that the policy does not choose',
  'no-alternative': 'not among the builds that may stand for another project',
  rule: 'ruled out by a rule of the campaign',
  'pre-release': 'pre-releases',
  yanked: 'yanked',
  'too-new': 'newer than the cutoff, or of unknown age',
  python: 'not for the Python of the target',
  'no-installable-file': 'no file that can be installed on the target',
  variant: 'variant wheels that the policy does not take',
  'unknown-metadata': 'unknown requirements (they would need a build)',
  'invalid-metadata': 'a requirement that cannot be read',
  'url-requirement': 'require a URL',
};

export interface ExcludedRelease {
  readonly name: string;
  readonly version: string;
  readonly index: string;
  /** Label of the variant that is left out; null for the release itself. */
  readonly variant: string | null;
  readonly reason: ExclusionReason;
}
