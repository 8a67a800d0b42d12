// The rules of choice that are not in the requirements: pre-releases, yanked releases, source distributions, a cutoff in
// time. They are values of a campaign, so a state space does not change under it. Engine and oracle share these words.
import type { MarkerEnvironment } from './marker.ts';
import { markerHolds } from './marker.ts';
import { ownValue } from './own-value.ts';
import type { Release } from './release.ts';
import type { Requirement } from './requirement.ts';
import { namesPrerelease, pinsVersion } from './specifier.ts';
import { isPrerelease, tryParseVersion, type Version } from './version.ts';

/**
 * `if-necessary`: a project's pre-releases are candidates only where the knowledge base has no final release of it at all, or
 * where a requirement or constraint of the request names one. `allow` and `disallow` mean always and never.
 */
export type PrereleaseMode = 'if-necessary' | 'allow' | 'disallow';

/** Which variant wheels (PEP 825) are candidates beside the plain ones: none, all, or those with these labels. */
export type VariantChoice = 'none' | 'all' | readonly string[];

export interface ResolutionPolicy {
  readonly prereleases: PrereleaseMode;
  /** Exceptions by normalised project name. */
  readonly prereleasesOf: Readonly<Record<string, PrereleaseMode>>;
  /** Whether a source distribution makes a release installable. */
  readonly allowSdists: boolean;
  /** `if-pinned`: only where the request pins the version by `==` or `===` (PEP 592). */
  readonly yanked: 'if-pinned' | 'disallow';
  /** RFC 3339; only files uploaded until then exist. A file whose time is unknown does not. Null: no cutoff. */
  readonly excludeNewer: string | null;
  /** What a release counts as whose requirements cannot be known without a build. */
  readonly needsBuild: 'exclude' | 'assume-no-dependencies';
  /** Two variants of one release are two candidates. */
  readonly variants: VariantChoice;
}

export const DEFAULT_POLICY: ResolutionPolicy = Object.freeze({
  prereleases: 'if-necessary',
  prereleasesOf: Object.freeze({}),
  allowSdists: false,
  yanked: 'if-pinned',
  excludeNewer: null,
  needsBuild: 'exclude',
  variants: 'none',
});

/** A whole policy from the parts that a campaign names. */
export function resolutionPolicy(parts: Partial<ResolutionPolicy> = {}): ResolutionPolicy {
  return { ...DEFAULT_POLICY, ...parts };
}

/** The lines of the request that apply in an environment. `extra` has no meaning there, and counts as none. */
export function applicableRequirements(
  requirements: readonly Requirement[],
  environment: MarkerEnvironment,
): readonly Requirement[] {
  return requirements.filter((requirement) => markerHolds(requirement.marker, environment));
}

/**
 * Whether a project's pre-releases are candidates.
 * @param roots requirements and constraints of the request that apply and name this project
 * @param releases every known release of the project
 */
export function allowsPrereleases(
  name: string,
  roots: readonly Requirement[],
  releases: readonly Release[],
  policy: ResolutionPolicy,
): boolean {
  const mode = ownValue(policy.prereleasesOf, name) ?? policy.prereleases;
  if (mode !== 'if-necessary') {
    return mode === 'allow';
  }
  return roots.some((root) => namesPrerelease(root.specifier)) || !releases.some(isFinal);
}

/**
 * Whether a yanked version of a project is a candidate.
 * @param roots requirements and constraints of the request that apply and name this project
 */
export function allowsYanked(
  version: Version,
  roots: readonly Requirement[],
  policy: ResolutionPolicy,
): boolean {
  return policy.yanked === 'if-pinned' && roots.some((root) => pinsVersion(root.specifier, version));
}

/** Whether the wheels of a label are candidates; null is the plain ones, which always are. */
export function allowsVariant(label: string | null, { variants }: ResolutionPolicy): boolean {
  return label === null || variants === 'all' || (variants !== 'none' && variants.includes(label));
}

function isFinal(release: Release): boolean {
  const version = tryParseVersion(release.version);
  return version !== null && !isPrerelease(version);
}
