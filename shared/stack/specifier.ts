// Version specifiers of PEP 440. Every clause but `===` is compiled to ranges over version keys, and a set to the
// intersection of them, so that asking is two string compares and an engine can search a sorted list.
// https://packaging.python.org/en/latest/specifications/version-specifiers/#version-specifiers
import { invalidSpecifier, parseClause, type SpecifierClause } from './specifier-clause.ts';
import { clauseRanges, intersectRanges, type KeyRange } from './specifier-ranges.ts';
import { isPrerelease, tryParseVersion, type Version } from './version.ts';

export type { SpecifierClause, SpecifierOperator } from './specifier-clause.ts';

/** All clauses must hold; none allows every version. */
export interface SpecifierSet {
  /** In the order written. */
  readonly clauses: readonly SpecifierClause[];
  /** The versions that all clauses but `===` allow: disjoint, ascending, half open over `Version.key`. */
  readonly ranges: readonly KeyRange[];
  /** The lower-cased texts of the `===` clauses; each must equal the version as it was spelled. */
  readonly identities: readonly string[];
}

const MAX_CLAUSES = 256;

/**
 * Reads a comma-separated set; the empty text allows every version. The parentheses of old metadata, `(>=1.0)`, are taken.
 * @throws TROOP-1803
 */
export function parseSpecifierSet(text: string): SpecifierSet {
  const parts = withoutParentheses(text)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length > MAX_CLAUSES) {
    throw invalidSpecifier(text, `more than ${MAX_CLAUSES} clauses`);
  }
  return setOf(parts.map(parseClause));
}

/** The set that holds where both hold. */
export function intersectSpecifierSets(a: SpecifierSet, b: SpecifierSet): SpecifierSet {
  return setOf([...a.clauses, ...b.clauses]);
}

/**
 * Whether the set allows a version. Pre-releases count as any other version unless `prereleases` is false: asked about one
 * version alone, there is no final release to prefer (`filterVersions` knows the others). Text that is not a version is
 * allowed by `===` alone.
 */
export function specifierAllows(
  set: SpecifierSet,
  version: Version | string,
  options: { readonly prereleases?: boolean } = {},
): boolean {
  const parsed = typeof version === 'string' ? tryParseVersion(version) : version;
  const spelling = typeof version === 'string' ? version : version.original;
  if (parsed === null) {
    return set.clauses.length === set.identities.length && isIdentical(set, spelling);
  }
  if (options.prereleases === false && isPrerelease(parsed)) {
    return false;
  }
  return isIdentical(set, spelling) && isInRanges(set.ranges, parsed.key);
}

/**
 * The versions that the set allows, in the order given. Without `prereleases`, pre-releases are left out unless the set names
 * one or nothing else matches; true takes them all, false none.
 * https://peps.python.org/pep-0440/#handling-of-pre-releases
 */
export function filterVersions<Item extends Version | string>(
  set: SpecifierSet,
  versions: Iterable<Item>,
  options: { readonly prereleases?: boolean } = {},
): Item[] {
  const prereleases = options.prereleases ?? (namesPrerelease(set) ? true : undefined);
  const matching = [...versions].filter((version) => specifierAllows(set, version));
  if (prereleases === true) {
    return matching;
  }
  const settled = matching.filter((version) => !isPrereleaseItem(version));
  const hasFinal = settled.some(
    (version) => typeof version !== 'string' || tryParseVersion(version) !== null,
  );
  return prereleases === false || hasFinal ? settled : matching;
}

/** Whether a clause names a pre-release, which opts in to them; exclusions and prefixes do not. */
export function namesPrerelease(set: SpecifierSet): boolean {
  return set.clauses.some(
    (clause) =>
      clause.operator !== '!=' && !clause.isPrefix && clause.version !== null && isPrerelease(clause.version),
  );
}

/** Whether a clause pins one exact version, which lets a yanked one in. https://peps.python.org/pep-0592/#installers */
export function pinsVersion(set: SpecifierSet, version: Version): boolean {
  return (
    set.clauses.some(
      (clause) => clause.operator === '===' || (clause.operator === '==' && !clause.isPrefix),
    ) && specifierAllows(set, version)
  );
}

/** The clauses as written, without white space, joined with commas. */
export function formatSpecifierSet(set: SpecifierSet): string {
  return set.clauses.map((clause) => clause.operator + clause.text).join(',');
}

function setOf(clauses: readonly SpecifierClause[]): SpecifierSet {
  let ranges: readonly KeyRange[] = clauseRanges(null);
  for (const clause of clauses) {
    ranges = intersectRanges(ranges, clauseRanges(clause));
  }
  const identities = clauses
    .filter((clause) => clause.operator === '===')
    .map((clause) => clause.text.toLowerCase());
  return { clauses, ranges, identities };
}

function isIdentical(set: SpecifierSet, spelling: string): boolean {
  return set.identities.length === 0 || set.identities.every((text) => text === spelling.toLowerCase());
}

function isInRanges(ranges: readonly KeyRange[], key: string): boolean {
  return ranges.some((range) => range.low <= key && key < range.high);
}

function isPrereleaseItem(item: Version | string): boolean {
  const version = typeof item === 'string' ? tryParseVersion(item) : item;
  return version !== null && isPrerelease(version);
}

function withoutParentheses(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith('(') && trimmed.endsWith(')') ? trimmed.slice(1, -1) : trimmed;
}
