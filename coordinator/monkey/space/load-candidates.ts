// From the releases of one project to its candidates on a target under a policy, sorted once. Every release that is left
// out is handed to `exclude` with its reason.
import {
  dependencyLines,
  eligibleFiles,
  isInstallable,
  whyNotInstallable,
  type EligibilityPolicy,
  type FileRejection,
} from '../../../shared/stack/eligible.ts';
import { allowsPrereleases, allowsYanked } from '../../../shared/stack/policy.ts';
import type { Release } from '../../../shared/stack/release.ts';
import type { Requirement } from '../../../shared/stack/requirement.ts';
import type { Target } from '../../../shared/stack/target.ts';
import { isPrerelease, tryParseVersion, type Version } from '../../../shared/stack/version.ts';
import { compareCandidates, type Candidate } from './candidate.ts';
import type { DependencyLines } from './dependency-lines.ts';
import type { ExclusionReason } from './exclusion.ts';
import type { SpacePolicy } from './space-policy.ts';

export interface CandidateRules {
  readonly target: Target;
  readonly policy: SpacePolicy;
  readonly lines: DependencyLines;
  readonly exclude: (release: Release, reason: ExclusionReason) => void;
}

/** @param roots requirements and constraints of the request that apply and name this project */
export function loadCandidates(
  name: string,
  releases: readonly Release[],
  roots: readonly Requirement[],
  rules: CandidateRules,
): readonly Candidate[] {
  const { policy } = rules;
  const takesPrereleases = allowsPrereleases(name, roots, releases, policy);
  const chosenIndex = chosenIndexOf(name, releases, policy);
  const candidates = releases.flatMap((release): Candidate[] => {
    const verdict =
      chosenIndex !== null && release.index !== chosenIndex
        ? 'other-index'
        : judge(release, takesPrereleases, roots, rules);
    if (typeof verdict === 'string') {
      rules.exclude(release, verdict);
      return [];
    }
    return [verdict];
  });
  candidates.sort(compareCandidates((index) => rankOf(index, policy)));
  return withoutDuplicates(candidates, rules);
}

function judge(
  release: Release,
  takesPrereleases: boolean,
  roots: readonly Requirement[],
  rules: CandidateRules,
): Candidate | ExclusionReason {
  const version = tryParseVersion(release.version);
  if (version === null) {
    return 'not-a-version';
  }
  if (!takesPrereleases && isPrerelease(version)) {
    return 'pre-release';
  }
  const filePolicy = fileRules(version, roots, rules.policy);
  const files = eligibleFiles(release, rules.target, filePolicy);
  if (!isInstallable(files)) {
    return mainReason(whyNotInstallable(release, rules.target, filePolicy));
  }
  const lines = dependencyLines(release, files);
  return whyNoLines(lines, rules) ?? { version, index: release.index, release, lines: lines ?? [] };
}

/** Of several reasons, the one that the most promising file fails for. */
function mainReason(reasons: readonly FileRejection[]): ExclusionReason {
  return (
    (['yanked', 'too-new', 'python'] as const).find((reason) => reasons.includes(reason)) ??
    'no-installable-file'
  );
}

function whyNoLines(lines: readonly string[] | null, rules: CandidateRules): ExclusionReason | null {
  if (lines === null) {
    return rules.policy.needsBuild === 'exclude' ? 'unknown-metadata' : null;
  }
  const read = lines.map((line) => rules.lines.read(line));
  if (read.some((line) => line.requirement === null)) {
    return 'invalid-metadata';
  }
  // A URL behind an extra rules out the extra alone; see discover-model.ts.
  return read.some((line) => line.isPlain && line.requirement?.url !== null) ? 'url-requirement' : null;
}

function fileRules(version: Version, roots: readonly Requirement[], policy: SpacePolicy): EligibilityPolicy {
  return {
    allowSdists: policy.allowSdists,
    excludeNewer: policy.excludeNewer,
    allowYanked: allowsYanked(version, roots, policy),
  };
}

function chosenIndexOf(name: string, releases: readonly Release[], policy: SpacePolicy): string | null {
  const pinned = policy.indexOf[name];
  if (pinned !== undefined || policy.indexes === 'all') {
    return pinned ?? null;
  }
  const indexes = [...new Set(releases.map((release) => release.index))];
  return indexes.toSorted((a, b) => rankOf(a, policy) - rankOf(b, policy) || (a < b ? -1 : 1))[0] ?? null;
}

function rankOf(index: string, policy: SpacePolicy): number {
  const position = policy.indexOrder.indexOf(index);
  return position === -1 ? policy.indexOrder.length : position;
}

/** One version of one index is one candidate, in whatever spellings it is listed. */
function withoutDuplicates(candidates: readonly Candidate[], rules: CandidateRules): readonly Candidate[] {
  const seen = new Set<string>();
  return candidates.filter((candidate) => {
    const key = `${candidate.index} ${candidate.version.text}`;
    if (seen.has(key)) {
      if (candidate.release !== null) {
        rules.exclude(candidate.release, 'duplicate');
      }
      return false;
    }
    seen.add(key);
    return true;
  });
}
