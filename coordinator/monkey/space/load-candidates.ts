// From the releases of one project to its candidates on a target under a policy. Every release that is left out, and every
// variant of one, is handed to `exclude` with its reason.
import { isOneOfTheWays, type AlternativeMember } from '../../../shared/stack/alternatives.ts';
import {
  dependencyLines,
  eligibleFiles,
  isInstallable,
  variantLabels,
  whyNotInstallable,
  type EligibilityPolicy,
  type FileRejection,
} from '../../../shared/stack/eligible.ts';
import { ownValue } from '../../../shared/stack/own-value.ts';
import { allowsPrereleases, allowsVariant, allowsYanked } from '../../../shared/stack/policy.ts';
import type { Release } from '../../../shared/stack/release.ts';
import type { Requirement } from '../../../shared/stack/requirement.ts';
import { findRelease } from '../../../shared/stack/stack.ts';
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
  /** What the rules of the campaign leave. */
  readonly admits: (candidate: Candidate) => boolean;
  readonly exclude: (release: Release, variant: string | null, reason: ExclusionReason) => void;
}

export interface ProjectInput {
  readonly name: string;
  readonly releases: readonly Release[];
  /** Requirements and constraints of the request that apply and are about this project. */
  readonly roots: readonly Requirement[];
  /** How it may be chosen where it stands for another project. */
  readonly ways: readonly AlternativeMember[];
}

/** In no order; `sortCandidates` puts those of all projects of a package in theirs. */
export function loadCandidates(project: ProjectInput, rules: CandidateRules): readonly Candidate[] {
  const { releases, roots } = project;
  const takesPrereleases = allowsPrereleases(project.name, roots, releases, rules.policy);
  const whyNoChoice = choiceOf(project, rules.policy);
  const meant = meantReleases(releases);
  return releases.flatMap((release): readonly Candidate[] => {
    const version = tryParseVersion(release.version);
    const verdict =
      whyNoChoice(release) ??
      (version === null ? 'not-a-version' : null) ??
      (!takesPrereleases && version !== null && isPrerelease(version) ? 'pre-release' : null) ??
      (meant.has(release) ? null : 'duplicate');
    if (verdict !== null || version === null) {
      rules.exclude(release, null, verdict ?? 'not-a-version');
      return [];
    }
    return buildsOf(release, version, fileRules(version, roots, rules.policy), rules);
  });
}

export function sortCandidates(
  candidates: readonly Candidate[],
  projects: readonly string[],
  policy: SpacePolicy,
): readonly Candidate[] {
  return candidates.toSorted(
    compareCandidates(
      (name) => projects.indexOf(name),
      (index) => rankOf(index, policy),
    ),
  );
}

/**
 * Of each version of an index the release that a pin of it means: an index may spell one version in two ways, and whatever is
 * wrong with the one, a stack never has the other.
 */
function meantReleases(releases: readonly Release[]): ReadonlySet<Release> {
  const spellings = new Map<string, Release[]>();
  for (const release of releases) {
    const key = `${tryParseVersion(release.version)?.text ?? release.version}\n${release.index}`;
    const same = spellings.get(key);
    if (same === undefined) spellings.set(key, [release]);
    else same.push(release);
  }
  return new Set(
    [...spellings.values()].flatMap((same) => {
      const [first] = same as [Release, ...Release[]];
      const version = tryParseVersion(first.version)?.text ?? first.version;
      return same.length === 1 ? first : (findRelease({ ...first, version }, same) ?? first);
    }),
  );
}

/** The plain build of a release and its variants. */
function buildsOf(
  release: Release,
  version: Version,
  filePolicy: EligibilityPolicy,
  rules: CandidateRules,
): readonly Candidate[] {
  const labels = variantLabels(release, rules.target, filePolicy);
  return [null, ...labels].flatMap((variant): readonly Candidate[] => {
    const verdict = judge(release, version, { ...filePolicy, variant }, rules);
    if (typeof verdict !== 'string') {
      return [verdict];
    }
    // A release of variants alone has no plain build that could be missed.
    if (variant !== null || labels.length === 0 || verdict !== 'no-installable-file') {
      rules.exclude(release, variant, verdict);
    }
    return [];
  });
}

function judge(
  release: Release,
  version: Version,
  filePolicy: EligibilityPolicy & { readonly variant: string | null },
  rules: CandidateRules,
): Candidate | ExclusionReason {
  const { variant } = filePolicy;
  if (!allowsVariant(variant, rules.policy)) {
    return 'variant';
  }
  const files = eligibleFiles(release, rules.target, filePolicy);
  if (!isInstallable(files)) {
    return mainReason(whyNotInstallable(release, rules.target, filePolicy));
  }
  const { name, index } = release;
  const lines = dependencyLines(release, files);
  const candidate = { name, version, index, variant, release, lines: lines ?? [] };
  return whyNoLines(lines, rules) ?? (rules.admits(candidate) ? candidate : 'rule');
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

/** Why a release is not among those to choose from, by its index or as an alternative; null when it is. */
function choiceOf(
  { name, releases, ways }: ProjectInput,
  policy: SpacePolicy,
): (release: Release) => ExclusionReason | null {
  const chosen = chosenIndexOf(name, releases, policy);
  const takesIndex = (index: string): boolean => chosen === null || index === chosen;
  return ({ version, index }) => {
    if (isOneOfTheWays(ways, version, index, takesIndex)) {
      return null;
    }
    return takesIndex(index) ? 'no-alternative' : 'other-index';
  };
}

function chosenIndexOf(name: string, releases: readonly Release[], policy: SpacePolicy): string | null {
  const pinned = ownValue(policy.indexOf, name);
  if (pinned !== undefined || (ownValue(policy.indexesOf, name) ?? policy.indexes) === 'all') {
    return pinned ?? null;
  }
  const indexes = [...new Set(releases.map((release) => release.index))];
  return indexes.toSorted((a, b) => rankOf(a, policy) - rankOf(b, policy) || (a < b ? -1 : 1))[0] ?? null;
}

function rankOf(index: string, policy: SpacePolicy): number {
  const position = policy.indexOrder.indexOf(index);
  return position === -1 ? policy.indexOrder.length : position;
}
