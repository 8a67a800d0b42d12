// Which releases of a project a sync takes in: those that the roots allow and a target can install, and of these the
// newest so many. A requirement met on the way that none of the newest satisfies brings the newest that do satisfy it,
// so that `--latest` does not cut off what the closure needs. The answer does not depend on the order of the walk.
import { eligibleFiles } from '../../../shared/stack/eligible.ts';
import {
  allowsPrereleases,
  allowsYanked,
  applicableRequirements,
  resolutionPolicy,
  type ResolutionPolicy,
} from '../../../shared/stack/policy.ts';
import type { Requirement } from '../../../shared/stack/requirement.ts';
import { specifierAllows, type SpecifierSet } from '../../../shared/stack/specifier.ts';
import type { Target } from '../../../shared/stack/target.ts';
import { isPrerelease } from '../../../shared/stack/version.ts';
import type { Breather } from '../../../shared/runtime/breather.ts';
import type { ListedRelease, ProjectListing } from './list-project.ts';
import type { SyncOptions } from './sync-options.ts';

export interface ChoiceRules {
  readonly targets: readonly Target[];
  /** Requirements and constraints of the request. */
  readonly roots: readonly Requirement[];
  readonly policy: ResolutionPolicy;
  /** Infinity: all of them. */
  readonly latest: number;
}

export function choiceRules(
  options: SyncOptions,
  targets: readonly Target[],
  roots: readonly Requirement[],
): ChoiceRules {
  const policy = resolutionPolicy({
    allowSdists: options.allowSdists ?? false,
    excludeNewer: options.excludeNewer ?? null,
    ...(options.prereleases === undefined ? {} : { prereleases: options.prereleases }),
  });
  return { targets, roots, policy, latest: options.latest ?? Infinity };
}

export interface Choice {
  /** Newest first. */
  readonly releases: readonly ListedRelease[];
  /** Nothing of the project can be installed but by a build, and sdists were not asked for. */
  readonly isSdistsOnly: boolean;
}

/** How many releases of a project that has only sdists are taken in when nothing bounds them. */
const maximumSdistReleases = 10;

/** @param demands specifiers that releases of other projects put on this one */
export type Chooser = (listing: ProjectListing, demands: readonly SpecifierSet[]) => Promise<Choice>;

/** What a target can install of a listing is worked out once, however often it is chosen from. */
export function createChooser(rules: ChoiceRules, breather: Breather): Chooser {
  const known = new WeakMap<ProjectListing, Promise<Usable>>();
  return async (listing, demands) => {
    const working = known.get(listing) ?? usableOf(listing, rules, breather);
    known.set(listing, working);
    const usable = await working;
    const chosen = new Set<ListedRelease>();
    for (const releases of usable.byTarget) {
      for (const release of chooseFrom(releases, demands, usable.latest)) chosen.add(release);
    }
    const releases = listing.releases.filter((release) => chosen.has(release));
    return { releases, isSdistsOnly: usable.isSdistsOnly && releases.length > 0 };
  };
}

interface Usable {
  /** Newest first, for each target in turn. */
  readonly byTarget: readonly (readonly ListedRelease[])[];
  readonly latest: number;
  readonly isSdistsOnly: boolean;
}

async function usableOf(listing: ProjectListing, rules: ChoiceRules, breather: Breather): Promise<Usable> {
  const { latest, policy } = rules;
  const byTarget = await usableByTarget(listing, rules, breather);
  const isEmpty = byTarget.every((releases) => releases.length === 0);
  if (!isEmpty || policy.allowSdists) return { byTarget, latest, isSdistsOnly: false };
  const withSdists = { ...rules, policy: { ...policy, allowSdists: true } };
  return {
    byTarget: await usableByTarget(listing, withSdists, breather),
    latest: Math.min(latest, maximumSdistReleases),
    isSdistsOnly: true,
  };
}

async function usableByTarget(
  listing: ProjectListing,
  rules: ChoiceRules,
  breather: Breather,
): Promise<readonly (readonly ListedRelease[])[]> {
  const byTarget: (readonly ListedRelease[])[] = [];
  for (const target of rules.targets) byTarget.push(await usableReleases(target, listing, rules, breather));
  return byTarget;
}

function chooseFrom(
  usable: readonly ListedRelease[],
  demands: readonly SpecifierSet[],
  latest: number,
): readonly ListedRelease[] {
  const base = newest(usable, latest);
  if (base.length === usable.length) return base;
  const chosen = new Set(base);
  const allowedBy = (demand: SpecifierSet, from: readonly ListedRelease[]): ListedRelease[] =>
    from.filter((item) => specifierAllows(demand, item.version));
  for (const demand of demands) {
    if (allowedBy(demand, base).length > 0) continue;
    for (const release of newest(allowedBy(demand, usable), latest)) chosen.add(release);
  }
  return [...chosen];
}

/** The newest `count` that are not yanked, with the yanked ones between them, which are recorded but not counted. */
function newest(releases: readonly ListedRelease[], count: number): readonly ListedRelease[] {
  const taken: ListedRelease[] = [];
  let left = count;
  for (const release of releases) {
    if (left <= 0) break;
    taken.push(release);
    if (!release.release.yanked) left -= 1;
  }
  return taken;
}

async function usableReleases(
  target: Target,
  listing: ProjectListing,
  rules: ChoiceRules,
  breather: Breather,
): Promise<readonly ListedRelease[]> {
  const roots = applicableRequirements(rules.roots, target.markers).filter(
    (root) => root.name === listing.name && root.url === null,
  );
  const eligible: ListedRelease[] = [];
  for (const item of listing.releases) {
    await breather.pause();
    if (isUsable(item, target, roots, rules.policy)) eligible.push(item);
  }
  const releases = eligible.map((item) => item.release);
  if (allowsPrereleases(listing.name, roots, releases, rules.policy)) return eligible;
  return eligible.filter(({ version }) => !isPrerelease(version));
}

function isUsable(
  { version, release }: ListedRelease,
  target: Target,
  roots: readonly Requirement[],
  policy: ResolutionPolicy,
): boolean {
  if (!roots.every((root) => specifierAllows(root.specifier, version))) return false;
  // Yanked releases are recorded; whether one may be used is the campaign's question.
  const allowYanked = release.yanked || allowsYanked(version, roots, policy);
  const { excludeNewer, allowSdists } = policy;
  return eligibleFiles(release, target, { excludeNewer, allowSdists, allowYanked }).length > 0;
}
