// What each operator of PEP 440 allows, as half-open ranges over version keys; ranges of a list are disjoint and ascending.
// https://packaging.python.org/en/latest/specifications/version-specifiers/#version-specifiers
import type { SpecifierClause } from './specifier-clause.ts';
import type { Version } from './version.ts';
import {
  afterLocals,
  afterPosts,
  afterPrefix,
  firstOfRelease,
  HIGHEST_KEY,
  publicKeyOf,
} from './version-key.ts';

export interface KeyRange {
  /** The first key inside; the empty text is below every key. */
  readonly low: string;
  /** The first key no longer inside. */
  readonly high: string;
}

const LOWEST_KEY = '';
const EVERYTHING: readonly KeyRange[] = Object.freeze([{ low: LOWEST_KEY, high: HIGHEST_KEY }]);

/** What one clause allows; everything for null and for `===`, which looks at spellings instead. */
export function clauseRanges(clause: SpecifierClause | null): readonly KeyRange[] {
  if (clause === null || clause.version === null || clause.operator === '===') {
    return EVERYTHING;
  }
  const version = clause.version;
  switch (clause.operator) {
    case '>=':
      return [{ low: version.publicKey, high: HIGHEST_KEY }];
    case '<=':
      return [{ low: LOWEST_KEY, high: afterLocals(version.publicKey) }];
    case '>':
      return [{ low: afterFamily(version), high: HIGHEST_KEY }];
    case '<':
      return [{ low: LOWEST_KEY, high: beforeFamily(version) }];
    case '==':
      return [equalRange(version, clause.isPrefix)];
    case '!=':
      return complement(equalRange(version, clause.isPrefix));
    case '~=':
      return [compatibleRange(version)];
  }
}

/** The keys that are in both lists. */
export function intersectRanges(a: readonly KeyRange[], b: readonly KeyRange[]): readonly KeyRange[] {
  if (a === EVERYTHING) {
    return b;
  }
  return a.flatMap((left) =>
    b
      .map((right) => ({
        low: left.low > right.low ? left.low : right.low,
        high: left.high < right.high ? left.high : right.high,
      }))
      .filter((range) => range.low < range.high),
  );
}

/** `==V` takes the local versions of V unless it names one; `==V.*` all versions whose zero-padded release begins with V. */
function equalRange(version: Version, isPrefix: boolean): KeyRange {
  const { epoch, release } = version.segments;
  if (isPrefix) {
    return { low: firstOfRelease(epoch, release), high: afterPrefix(epoch, release) };
  }
  // Nothing lies between a key and the key followed by NUL.
  return version.local === null
    ? { low: version.publicKey, high: afterLocals(version.publicKey) }
    : { low: version.key, high: `${version.key}\0` };
}

/** `~=1.4.2` is `>=1.4.2, ==1.4.*`; suffixes do not belong to the prefix. */
function compatibleRange(version: Version): KeyRange {
  const { epoch, release } = version.segments;
  return { low: version.publicKey, high: afterPrefix(epoch, release.slice(0, -1)) };
}

/** `>V` leaves out the local versions of V, and its post-releases too unless V is one of them or a development release. */
function afterFamily(version: Version): string {
  return version.post === null && version.dev === null
    ? afterPosts(version.segments)
    : afterLocals(version.publicKey);
}

/**
 * `<V` leaves out the pre-releases of V unless V is one. Of a post-release only its own: `<1.0.post1` allows 1.0,
 * and leaves out 1.0.post1.dev0.
 */
function beforeFamily(version: Version): string {
  const isPre = version.pre !== null || version.dev !== null;
  return isPre ? version.publicKey : publicKeyOf({ ...version.segments, dev: '0' });
}

function complement(range: KeyRange): readonly KeyRange[] {
  return [
    { low: LOWEST_KEY, high: range.low },
    { low: range.high, high: HIGHEST_KEY },
  ];
}
