// A stack: the full pinned set of packages that requirements resolve to in a target environment. Its id is a hash of
// what it is, so the same stack has the same id on every machine and in every campaign.
import { TroopError } from '../errors/troop-error.ts';
import { byCodeUnits, canonicalJson, sha256Hex } from './canonical-json.ts';
import type { TargetEnvironment } from './environment.ts';
import { normalizeName } from './name.ts';
import type { ReleaseFile } from './release.ts';
import { parseVersion } from './version.ts';

export interface StackPackage {
  /** Normalised (PEP 503). */
  readonly name: string;
  /** Normalised (PEP 440). */
  readonly version: string;
  /** Name of the index that it comes from. */
  readonly index: string;
  /** Activated extras, normalised and sorted; absent when there are none. */
  readonly extras?: readonly string[];
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
export function stackId(input: StackInput): string {
  const used = [...new Set(input.packages.map((item) => item.index))]
    .map((index): readonly [string, string | undefined] => [index, input.indexFingerprints?.[index]])
    .filter(([, fingerprint]) => fingerprint !== undefined);
  const { environment, packages } = input;
  return `sha256:${sha256Hex(canonicalJson({ environment, packages, indexes: Object.fromEntries(used) }))}`;
}

/**
 * Names an index by its URL, so that two labs that call it differently mean the same. Credentials, query and fragment are
 * left out: they are secrets or say nothing about the content.
 */
export function indexFingerprint(url: string): string {
  return `sha256:${sha256Hex(plainUrl(url))}`;
}

/** `sha256:` over the stack id and, package by package, the hashes of the files; a file without a hash counts by its name. */
export function lockDigest(stackIdentity: string, packages: readonly LockedPackage[]): string {
  const files = packages.map((item) => ({
    name: item.name,
    version: item.version,
    files: item.files.map((file) => file.sha256 ?? file.filename),
  }));
  return `sha256:${sha256Hex(canonicalJson({ stack_id: stackIdentity, packages: files }))}`;
}

function canonicalPackage(item: StackPackage): StackPackage {
  const extras = [...new Set((item.extras ?? []).map(normalizeName))].toSorted(byCodeUnits);
  return {
    name: normalizeName(item.name),
    version: parseVersion(item.version).text,
    index: item.index,
    ...(extras.length > 0 ? { extras } : {}),
  };
}

function plainUrl(url: string): string {
  if (!URL.canParse(url)) {
    return url.trim();
  }
  const parsed = new URL(url);
  return `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/\/+$/, '')}`;
}
