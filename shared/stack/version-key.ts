// The order of PEP 440 as an order of strings. A key is read left to right: epoch, release without trailing zeros,
// pre-release, post-release, development release, local part. Every number is its length and then its digits, so any
// number of digits compares rightly, and no public key is the beginning of another one.
//
//   key      = number(epoch) number* '!' pre post dev [ LOCAL segment* ]
//   pre      = '0' (only a development release) | 'a' number | 'b' number | 'r' number | 'z' (final)
//   post     = '0' (none) | 'p' number            dev = 'd' number | 'z' (none)
//   segment  = 'a' letters NUL | 'n' number       (numbers are newer than letters)

/** The digits of a version, without leading zeros. */
export interface VersionSegments {
  readonly epoch: string;
  readonly release: readonly string[];
  readonly phase: 'a' | 'b' | 'rc' | null;
  readonly pre: string;
  readonly post: string | null;
  readonly dev: string | null;
  readonly local: readonly string[] | null;
}

const LOCAL = '\u0001';
const AFTER_LOCAL = '\u0002';

/** Newer than the key of every version. */
export const HIGHEST_KEY = '\uffff';

export function encodeNumber(digits: string): string {
  return String.fromCharCode(0x40 + digits.length) + digits;
}

export function encodeLocal(segments: readonly string[]): string {
  let key = LOCAL;
  for (const segment of segments) {
    key += /^[0-9]+$/.test(segment) ? `n${encodeNumber(segment)}` : `a${segment}\0`;
  }
  return key;
}

export function publicKeyOf(segments: VersionSegments): string {
  return `${prefixOf(segments)}${postOf(segments)}${segments.dev === null ? 'z' : `d${encodeNumber(segments.dev)}`}`;
}

/** The first key after a public version and all its local ones. */
export function afterLocals(publicKey: string): string {
  return publicKey + AFTER_LOCAL;
}

/** The first key after a version, its post-releases and all their local ones; for versions with neither post nor dev. */
export function afterPosts(segments: VersionSegments): string {
  return `${prefixOf(segments)}q`;
}

/** The first key of all versions with this epoch and release: that of its `.dev0`. */
export function firstOfRelease(epoch: string, release: readonly string[]): string {
  return publicKeyOf({ epoch, release, phase: null, pre: '0', post: null, dev: '0', local: null });
}

/** The first key after all versions whose release begins with this one: `1.2` gives that of `1.3.dev0`. */
export function afterPrefix(epoch: string, release: readonly string[]): string {
  const last = release.at(-1) ?? '0';
  return firstOfRelease(epoch, [...release.slice(0, -1), (BigInt(last) + 1n).toString()]);
}

function prefixOf(segments: VersionSegments): string {
  const release = segments.release;
  let length = release.length;
  while (length > 0 && release[length - 1] === '0') {
    length -= 1;
  }
  let key = encodeNumber(segments.epoch);
  for (const digits of release.slice(0, length)) {
    key += encodeNumber(digits);
  }
  return `${key}!${preOf(segments)}`;
}

function preOf(segments: VersionSegments): string {
  if (segments.phase !== null) {
    return (segments.phase === 'rc' ? 'r' : segments.phase) + encodeNumber(segments.pre);
  }
  return segments.post === null && segments.dev !== null ? '0' : 'z';
}

function postOf(segments: VersionSegments): string {
  return segments.post === null ? '0' : `p${encodeNumber(segments.post)}`;
}
