// A stack: the full pinned set of packages that requirements resolve to in a target environment. Its id is a hash of
// what it is, so the same stack has the same id on every machine and in every campaign.
import { TroopError } from '../errors/troop-error.ts';
import { byCodeUnits, canonicalJson, sha256Hex } from './canonical-json.ts';
import { environmentKey, type TargetEnvironment } from './environment.ts';
import { normalizeName } from './name.ts';
import { eligibleFiles, whyNotInstallable, type EligibilityPolicy } from './eligible.ts';
import { ownValue } from './own-value.ts';
import type { Release, ReleaseFile, ReleaseLookup } from './release.ts';
import { openTarget, type Target } from './target.ts';
import { parseVersion, tryParseVersion } from './version.ts';

export interface StackPackage {
  /** Normalised (PEP 503). */
  readonly name: string;
  /** Normalised (PEP 440). */
  readonly version: string;
  /** Name of the index that it comes from. */
  readonly index: string;
  /** Activated extras, normalised and sorted; absent when there are none. */
  readonly extras?: readonly string[];
  /** Label of the variant wheel (PEP 825) that it is; absent for a plain build, whose ids are what they always were. */
  readonly variant?: string;
}

export interface Stack {
  /** `sha256:` and the hex SHA-256 of the canonical JSON of environment, packages and index fingerprints. */
  readonly stack_id: string;
  readonly environment: TargetEnvironment;
  /** Sorted by name. */
  readonly packages: readonly StackPackage[];
}

/** A package of a stack with the files that may be installed for it, best first. */
export interface LockedPackage extends StackPackage {
  readonly files: readonly ReleaseFile[];
}

/** A stack with its files: what an agent builds. */
export interface LockedStack {
  readonly stack_id: string;
  /** `sha256:` over the stack id and the hashes of the files. */
  readonly lock_digest: string;
  readonly environment: TargetEnvironment;
  readonly packages: readonly LockedPackage[];
  /**
   * By name of a required project: the package of this stack that stands for it, where a campaign lets another project do so.
   * Absent when every requirement is met by its own project.
   */
  readonly standIns?: Readonly<Record<string, string>>;
}

export interface StackInput {
  /** Canonical: see `canonicalEnvironment`. */
  readonly environment: TargetEnvironment;
  readonly packages: readonly StackPackage[];
  /** Fingerprint by index name; only those of indexes that the stack uses count. */
  readonly indexFingerprints?: Readonly<Record<string, string>> | undefined;
}

/**
 * A stack with its id: names and versions normalised, packages and extras sorted.
 * @throws TROOP-1801, TROOP-1802, or TROOP-1810 when a package is named twice.
 */
export function makeStack(input: StackInput): Stack {
  const packages = input.packages.map(canonicalPackage).toSorted((a, b) => byCodeUnits(a.name, b.name));
  const twice = packages.find((item, position) => item.name === packages[position + 1]?.name);
  if (twice !== undefined) {
    throw new TroopError('TROOP-1810', { name: twice.name });
  }
  const environment = input.environment;
  return { stack_id: stackId({ ...input, packages }), environment, packages };
}

/** The id of packages that are already normalised and sorted, as those of a `Stack` are. */
export function stackId({ environment, packages, indexFingerprints }: StackInput): string {
  const used = packages.map(({ index }) => index);
  return stackIdOfTexts({
    environment: canonicalJson(environment),
    indexes: indexesText(used, indexFingerprints),
    packages: packages.map(packageText),
  });
}

/** The same from the canonical JSON of its parts, for who makes thousands of ids a second out of parts that come again. */
export function stackIdOfTexts(texts: {
  readonly environment: string;
  /** `indexesText` of the indexes of the packages. */
  readonly indexes: string;
  /** `packageText` of each. */
  readonly packages: readonly string[];
}): string {
  const packages = texts.packages.join(',');
  const { environment, indexes } = texts;
  return `sha256:${sha256Hex(`{"environment":${environment},"indexes":${indexes},"packages":[${packages}]}`)}`;
}

/** The canonical JSON of the fingerprints of indexes; of those that have none, nothing. */
export function indexesText(
  indexes: readonly string[],
  fingerprints: StackInput['indexFingerprints'] = {},
): string {
  return canonicalJson(Object.fromEntries(indexes.map((index) => [index, ownValue(fingerprints, index)])));
}

/** The canonical JSON of a package. */
export function packageText(item: StackPackage): string {
  const { name, version, index, extras, ...others } = item;
  for (const _ in others) return canonicalJson(item);
  const asked = extras === undefined ? '' : `"extras":${JSON.stringify(extras)},`;
  return `{${asked}"index":${JSON.stringify(index)},"name":${JSON.stringify(name)},"version":${JSON.stringify(version)}}`;
}

/**
 * Names an index by its URL, so that two labs that call it differently mean the same. Credentials, query and fragment are
 * left out: they are secrets or say nothing about the content.
 */
export function indexFingerprint(url: string): string {
  return `sha256:${sha256Hex(plainUrl(url))}`;
}

/**
 * `sha256:` over the stack id and, package by package, the hashes of the files; a file without a hash counts by its name. What
 * stands for what counts where there is any.
 */
export function lockDigest(
  stackIdentity: string,
  packages: readonly LockedPackage[],
  standIns?: LockedStack['standIns'],
): string {
  const files = packages.map((item) => ({
    name: item.name,
    version: item.version,
    files: item.files.map((file) => file.sha256 ?? file.filename),
  }));
  return `sha256:${sha256Hex(canonicalJson({ stack_id: stackIdentity, packages: files, ...(standIns === undefined ? {} : { standIns }) }))}`;
}

/** How many files a lock keeps of a package: the one to install, and a few to fall back on. */
const MAX_LOCKED_FILES = 4;

/**
 * The stack with the files that may be installed on its target, best first, at most four a package.
 * @param policyOf what files of a package may be taken: `allowYanked` may differ by package; the variant is the package's own
 * @throws TROOP-1811 when a release is not known, TROOP-1812 when none of its files can be installed
 */
export function lockStack(
  stack: Stack,
  releasesOf: ReleaseLookup | ((name: string) => readonly Release[] | undefined),
  policyOf: (item: StackPackage) => EligibilityPolicy = () => ({ allowYanked: true }),
): LockedStack {
  const target = openTarget(stack.environment);
  const releases =
    typeof releasesOf === 'function' ? releasesOf : (name: string) => releasesOf.releases(name);
  const packages = stack.packages.map((item) =>
    lockPackage(item, releases(item.name) ?? [], target, policyOf(item)),
  );
  const { stack_id, environment } = stack;
  return { stack_id, lock_digest: lockDigest(stack_id, packages), environment, packages };
}

/** The lock of a stack in which packages stand for others: by name of the required project, the package that meets it. */
export function withStandIns(lock: LockedStack, standIns: Readonly<Record<string, string>>): LockedStack {
  if (Object.keys(standIns).length === 0) {
    return lock;
  }
  return { ...lock, lock_digest: lockDigest(lock.stack_id, lock.packages, standIns), standIns };
}

/**
 * The release that a pin means: same index and same version, in whatever spelling (`1.0` is `1.0.0`). Of several the one that is
 * spelt as the pin, else what normalises to it, the first of these by `byCodeUnits`.
 */
export function findRelease(item: StackPackage, releases: readonly Release[]): Release | undefined {
  const sameIndex = releases.filter((release) => release.index === item.index);
  const exact = sameIndex.find((release) => release.version === item.version);
  const wanted = exact === undefined ? tryParseVersion(item.version) : null;
  if (wanted === null) {
    return exact;
  }
  const same = sameIndex.filter((release) => tryParseVersion(release.version)?.key === wanted.key);
  const [first = same[0]] = same
    .filter((release) => tryParseVersion(release.version)?.text === wanted.text)
    .toSorted((a, b) => byCodeUnits(a.version, b.version));
  return first;
}

/** One package with its files. @throws TROOP-1811, TROOP-1812 */
export function lockPackage(
  item: StackPackage,
  releases: readonly Release[],
  target: Target,
  policy: EligibilityPolicy,
): LockedPackage {
  const { name, version, index } = item;
  const release = findRelease(item, releases);
  if (release === undefined) {
    throw new TroopError('TROOP-1811', { name, version, index });
  }
  const rules = { ...policy, variant: item.variant ?? null };
  const files = eligibleFiles(release, target, rules);
  if (files.length === 0) {
    const reason = whyNotInstallable(release, target, rules).join(', ');
    throw new TroopError('TROOP-1812', {
      name,
      version,
      environment: environmentKey(target.environment),
      reason,
    });
  }
  return { ...item, files: files === 'any' ? [] : files.slice(0, MAX_LOCKED_FILES) };
}

function canonicalPackage(item: StackPackage): StackPackage {
  const extras = [...new Set((item.extras ?? []).map(normalizeName))].toSorted(byCodeUnits);
  return {
    name: normalizeName(item.name),
    version: parseVersion(item.version).text,
    index: item.index,
    ...(extras.length > 0 ? { extras } : {}),
    ...(item.variant === undefined ? {} : { variant: item.variant }),
  };
}

function plainUrl(url: string): string {
  if (!URL.canParse(url)) {
    return url.trim();
  }
  const parsed = new URL(url);
  return `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/\/+$/, '')}`;
}
