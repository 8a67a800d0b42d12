// Which files of a release can be installed on a target, and in which order an installer prefers them.
import { TroopError } from '../errors/troop-error.ts';
import { byCodeUnits } from './canonical-json.ts';
import type { TargetEnvironment } from './environment.ts';
import type { Release, ReleaseFile } from './release.ts';
import { wheelRank } from './tags.ts';
import { openTarget, type Target } from './target.ts';
import { compareBuilds, parseSdistFilename, parseWheelFilename, type WheelName } from './wheel.ts';

export interface EligibilityPolicy {
  /** RFC 3339; only files uploaded until then exist, and none whose time is unknown. */
  readonly excludeNewer?: string | null | undefined;
  readonly allowSdists?: boolean | undefined;
  /** Whether yanked files of this release may be taken (because the request pins its version). */
  readonly allowYanked?: boolean | undefined;
  /** Label of the variant wheels to take (PEP 825); plain files when null or absent. A variant has no source distribution. */
  readonly variant?: string | null | undefined;
}

/** Why a file is not installable. */
export type FileRejection =
  'unreadable-name' | 'variant' | 'sdist' | 'tags' | 'python' | 'yanked' | 'too-new';

interface RankedFile {
  readonly file: ReleaseFile;
  readonly isYanked: boolean;
  /** Infinity for a source distribution. */
  readonly rank: number;
  readonly wheel: WheelName | null;
}

/**
 * The files of a release that can be installed on the target, best first: not yanked before yanked, then by tag, then by build
 * number, source distributions last. `any` when the release has no files at all: it counts as installable wherever its
 * `requires_python` admits the Python, except under a cutoff, where its time is unknown.
 * @throws TROOP-1820 when `excludeNewer` is not a time
 */
export function eligibleFiles(
  release: Release,
  environment: TargetEnvironment | Target,
  policy: EligibilityPolicy = {},
): readonly ReleaseFile[] | 'any' {
  const target = 'tags' in environment ? environment : openTarget(environment);
  if (release.files.length === 0) {
    return whyUnlistedRejected(release, target, policy) === null ? 'any' : [];
  }
  return release.files
    .filter((file) => whyFileRejected(release, file, target, policy) === null)
    .map((file) => ranked(release, file, target))
    .toSorted(compareRanked)
    .map((item) => item.file);
}

/** Labels of the variant wheels of a release that can be installed on the target, sorted. */
export function variantLabels(
  release: Release,
  target: Target,
  policy: EligibilityPolicy = {},
): readonly string[] {
  const labels = new Set(
    // Six fields at least: most files are told apart without reading their names closely.
    release.files.flatMap(({ filename }) =>
      filename.split('-').length < 6 ? [] : (parseWheelFilename(filename)?.variant ?? []),
    ),
  );
  return [...labels].toSorted(byCodeUnits).filter((variant) => {
    const files = eligibleFiles(release, target, { ...policy, variant });
    return files !== 'any' && files.length > 0;
  });
}

/** Whether there is anything to install: files, or a release without any. */
export function isInstallable(files: readonly ReleaseFile[] | 'any'): boolean {
  return files === 'any' || files.length > 0;
}

/**
 * The dependency lines that count on the target: those of the file that would be installed, where it has its own, else those of
 * the release. Null when they are unknown.
 */
export function dependencyLines(
  release: Release,
  files: readonly ReleaseFile[] | 'any',
): readonly string[] | null {
  return (files === 'any' ? undefined : files[0]?.requires_dist) ?? release.requires_dist;
}

/** Why a release cannot be installed on the target: the reason of each of its files, each once; empty when it can. */
export function whyNotInstallable(
  release: Release,
  target: Target,
  policy: EligibilityPolicy = {},
): readonly FileRejection[] {
  const reasons =
    release.files.length === 0
      ? [whyUnlistedRejected(release, target, policy)]
      : release.files.map((file) => whyFileRejected(release, file, target, policy));
  return reasons.includes(null) ? [] : [...new Set(reasons)].filter((reason) => reason !== null);
}

function whyUnlistedRejected(
  release: Release,
  target: Target,
  policy: EligibilityPolicy,
): FileRejection | null {
  if (typeof policy.variant === 'string') {
    return 'variant';
  }
  if (release.yanked && policy.allowYanked !== true) {
    return 'yanked';
  }
  if (cutoffOf(policy) !== null) {
    return 'too-new';
  }
  return target.admitsPython(release.requires_python) ? null : 'python';
}

function whyFileRejected(
  release: Release,
  file: ReleaseFile,
  target: Target,
  policy: EligibilityPolicy,
): FileRejection | null {
  const kind = whyKindRejected(file, target, policy);
  if (kind !== null) {
    return kind;
  }
  if (!target.admitsPython(file.requires_python ?? release.requires_python)) {
    return 'python';
  }
  if (isYanked(release, file) && policy.allowYanked !== true) {
    return 'yanked';
  }
  const cutoff = cutoffOf(policy);
  // An unknown time is not a number, and never early enough.
  return cutoff === null || Date.parse(file.upload_time ?? '') <= cutoff ? null : 'too-new';
}

function whyKindRejected(file: ReleaseFile, target: Target, policy: EligibilityPolicy): FileRejection | null {
  const wheel = parseWheelFilename(file.filename);
  const wanted = policy.variant ?? null;
  if (wheel !== null) {
    if (wheel.variant !== wanted) {
      return 'variant';
    }
    return wheelRank(wheel, target.tags) === null ? 'tags' : null;
  }
  if (parseSdistFilename(file.filename) === null) {
    return 'unreadable-name';
  }
  if (wanted !== null) {
    return 'variant';
  }
  return policy.allowSdists === true ? null : 'sdist';
}

function ranked(release: Release, file: ReleaseFile, target: Target): RankedFile {
  const wheel = parseWheelFilename(file.filename);
  const rank = wheel === null ? null : wheelRank(wheel, target.tags);
  return { file, wheel, rank: rank ?? Infinity, isYanked: isYanked(release, file) };
}

function compareRanked(a: RankedFile, b: RankedFile): number {
  if (a.isYanked !== b.isYanked) {
    return Number(a.isYanked) - Number(b.isYanked);
  }
  if (a.rank !== b.rank) {
    return a.rank < b.rank ? -1 : 1;
  }
  const build = compareBuilds(b.wheel?.build ?? null, a.wheel?.build ?? null);
  return build === 0 ? byCodeUnits(a.file.filename, b.file.filename) : build;
}

function isYanked(release: Release, file: ReleaseFile): boolean {
  return release.yanked || file.yanked === true;
}

function cutoffOf(policy: EligibilityPolicy): number | null {
  if (policy.excludeNewer === undefined || policy.excludeNewer === null) {
    return null;
  }
  const cutoff = Date.parse(policy.excludeNewer);
  if (Number.isNaN(cutoff)) {
    throw new TroopError('TROOP-1820', { text: policy.excludeNewer.slice(0, 80) });
  }
  return cutoff;
}
