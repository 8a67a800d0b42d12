// Versions of PEP 440, and their order. Each version carries a string key: two versions compare as their keys do, by
// plain `<`, so that a sort of thousands of versions or a range of a specifier costs string compares and nothing else.
// https://peps.python.org/pep-0440/
import { TroopError } from '../errors/troop-error.ts';
import { encodeLocal, publicKeyOf, type VersionSegments } from './version-key.ts';

export type PrereleasePhase = 'a' | 'b' | 'rc';

export interface Version {
  readonly epoch: number;
  /** As written, trailing zeros kept. Numbers beyond 2^53 are rounded here; `text` and `key` keep every digit. */
  readonly release: readonly number[];
  readonly pre: { readonly phase: PrereleasePhase; readonly number: number } | null;
  readonly post: number | null;
  readonly dev: number | null;
  /** Lower case, separated by dots. */
  readonly local: string | null;
  /** Normalised spelling, such as `1.0rc1` for `v1.0-preview.1`. */
  readonly text: string;
  /** Spelling as it was given, surrounding white space apart; what `===` looks at. */
  readonly original: string;
  /** Orders versions: `a` is older than `b` exactly if `a.key < b.key`. */
  readonly key: string;
  /** The key without the local part. */
  readonly publicKey: string;
  /** The digits behind the numbers above, without leading zeros. */
  readonly segments: VersionSegments;
}

const MAX_VERSION_LENGTH = 1024;

// Every quantifier is followed by something that its own class cannot begin with, so matching is linear.
const VERSION = new RegExp(
  '^v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\\.[0-9]+)*)' +
    '(?:[-_.]?(?<phase>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?<pre>[0-9]+)?)?' +
    '(?<post>-(?<implicitPost>[0-9]+)|[-_.]?(?:post|rev|r)[-_.]?(?<explicitPost>[0-9]+)?)?' +
    '(?<dev>[-_.]?dev[-_.]?(?<devNumber>[0-9]+)?)?' +
    '(?:\\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$',
  'i',
);

const PHASES: Readonly<Record<string, PrereleasePhase>> = {
  a: 'a',
  alpha: 'a',
  b: 'b',
  beta: 'b',
  c: 'rc',
  rc: 'rc',
  pre: 'rc',
  preview: 'rc',
};

/**
 * Reads a version in any spelling that PEP 440 allows.
 * @throws TROOP-1802
 */
export function parseVersion(text: string): Version {
  const version = tryParseVersion(text);
  if (version === null) {
    throw new TroopError('TROOP-1802', { text: text.slice(0, 120) });
  }
  return version;
}

/** As `parseVersion`, with null for what is not a version. */
export function tryParseVersion(text: string): Version | null {
  const original = text.trim();
  if (original.length > MAX_VERSION_LENGTH) {
    return null;
  }
  const groups = VERSION.exec(original)?.groups;
  return groups === undefined ? null : buildVersion(segmentsOf(groups), original);
}

/** Negative when `a` is older, positive when it is newer, 0 when both are the same version in whatever spelling. */
export function compareVersions(a: Version, b: Version): number {
  if (a.key === b.key) {
    return 0;
  }
  return a.key < b.key ? -1 : 1;
}

/** Whether it is an alpha, beta, candidate or development release. */
export function isPrerelease(version: Version): boolean {
  return version.pre !== null || version.dev !== null;
}

/** The normalised spelling. */
export function formatVersion(version: Version): string {
  return version.text;
}

/** The normalised spelling of the same version without its local part. */
export function publicText(version: Version): string {
  const plus = version.text.indexOf('+');
  return plus === -1 ? version.text : version.text.slice(0, plus);
}

function segmentsOf(groups: Readonly<Record<string, string | undefined>>): VersionSegments {
  const phase = groups['phase'];
  const post = groups['post'];
  return {
    epoch: digits(groups['epoch']),
    release: (groups['release'] ?? '0').split('.').map(digits),
    phase: phase === undefined ? null : (PHASES[phase.toLowerCase()] ?? null),
    pre: digits(groups['pre']),
    post: post === undefined ? null : digits(groups['implicitPost'] ?? groups['explicitPost']),
    dev: groups['dev'] === undefined ? null : digits(groups['devNumber']),
    local: groups['local']?.toLowerCase().split(/[-_.]/).map(localSegment) ?? null,
  };
}

function buildVersion(segments: VersionSegments, original: string): Version {
  const publicKey = publicKeyOf(segments);
  return {
    epoch: Number(segments.epoch),
    release: segments.release.map(Number),
    pre: segments.phase === null ? null : { phase: segments.phase, number: Number(segments.pre) },
    post: segments.post === null ? null : Number(segments.post),
    dev: segments.dev === null ? null : Number(segments.dev),
    local: segments.local === null ? null : segments.local.join('.'),
    text: textOf(segments),
    original,
    key: segments.local === null ? publicKey : publicKey + encodeLocal(segments.local),
    publicKey,
    segments,
  };
}

function textOf(segments: VersionSegments): string {
  return [
    segments.epoch === '0' ? '' : `${segments.epoch}!`,
    segments.release.join('.'),
    segments.phase === null ? '' : `${segments.phase}${segments.pre}`,
    segments.post === null ? '' : `.post${segments.post}`,
    segments.dev === null ? '' : `.dev${segments.dev}`,
    segments.local === null ? '' : `+${segments.local.join('.')}`,
  ].join('');
}

/** Without leading zeros; an absent number counts as 0. */
function digits(text: string | undefined): string {
  if (text === undefined) {
    return '0';
  }
  let start = 0;
  while (start < text.length - 1 && text[start] === '0') {
    start += 1;
  }
  return start === 0 ? text : text.slice(start);
}

function localSegment(segment: string): string {
  return /^[0-9]+$/.test(segment) ? digits(segment) : segment;
}
