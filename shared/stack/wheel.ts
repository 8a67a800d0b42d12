// File names of wheels and source distributions. A name that does not follow its specification is null: an index may
// hold anything, and a file that cannot be understood is one that cannot be chosen.
// https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention
import { foldName, isValidName } from './name.ts';
import { tryParseVersion, type Version } from './version.ts';

export interface BuildNumber {
  readonly number: number;
  readonly suffix: string;
}

export interface WheelName {
  /** Normalised. */
  readonly name: string;
  readonly version: Version;
  /** Breaks ties between wheels of one tag: a higher one is better, none is lowest. */
  readonly build: BuildNumber | null;
  readonly pythonTags: readonly string[];
  readonly abiTags: readonly string[];
  readonly platformTags: readonly string[];
  /** Label of a variant wheel (https://peps.python.org/pep-0825/), such as `x86_64_v3`; null for a plain wheel. */
  readonly variant: string | null;
}

export interface SdistName {
  /** Normalised. */
  readonly name: string;
  readonly version: Version;
}

const MAX_FILENAME_LENGTH = 512;
/** A field with more tags than this keeps its first ones. */
const MAX_TAGS = 64;

// A build number begins with a digit and a Python tag never does, so six fields are not ambiguous.
const TAGS = '[a-z0-9_]+(?:\\.[a-z0-9_]+)*';
const PYTHON_TAGS = '[a-z_][a-z0-9_]*(?:\\.[a-z_][a-z0-9_]*)*';
const WHEEL = new RegExp(
  `^(?<name>[a-z0-9._]+)-(?<version>[^-]+)(?:-(?<build>[0-9][^-]*))?-(?<python>${PYTHON_TAGS})-(?<abi>${TAGS})` +
    `-(?<platform>${TAGS})(?:-(?<variant>[0-9a-z._]{1,16}))?\\.whl$`,
  'i',
);

/** `name-version[-build]-python-abi-platform[-variant].whl`; null when it is not one. */
export function parseWheelFilename(filename: string): WheelName | null {
  const groups = filename.length > MAX_FILENAME_LENGTH ? undefined : WHEEL.exec(filename)?.groups;
  if (groups === undefined) {
    return null;
  }
  const name = groups['name'] ?? '';
  const version = tryParseVersion(groups['version'] ?? '');
  const variant = groups['variant'] ?? null;
  if (version === null || name.includes('__') || !isValidName(name)) {
    return null;
  }
  // The pattern takes either case, which of a label is none: nobody could say which stack it is.
  if (variant !== null && !isVariantLabel(variant)) {
    return null;
  }
  return {
    name: foldName(name),
    version,
    build: parseBuild(groups['build']),
    pythonTags: tagSet(groups['python']),
    abiTags: tagSet(groups['abi']),
    platformTags: tagSet(groups['platform']),
    variant,
  };
}

/**
 * The file name that installers read: without the label of a variant, which they do not know. The content is the same: the
 * metadata inside a variant wheel names no label.
 */
export function plainWheelFilename(filename: string): string {
  const label = parseWheelFilename(filename)?.variant ?? null;
  return label === null ? filename : `${filename.slice(0, -`-${label}.whl`.length)}.whl`;
}

/** Whether a text is the label of a variant as PEP 825 has it. */
export function isVariantLabel(text: string): boolean {
  return /^[0-9a-z._]{1,16}$/.test(text);
}

/** `name-version.tar.gz` or `.zip`; null when it is not one. */
export function parseSdistFilename(filename: string): SdistName | null {
  const match = /^(.+)-([^-]+)\.(?:tar\.gz|zip)$/.exec(filename.slice(0, MAX_FILENAME_LENGTH + 1));
  const [, name, versionText] = match ?? [];
  if (name === undefined || versionText === undefined || filename.length > MAX_FILENAME_LENGTH) {
    return null;
  }
  const version = tryParseVersion(versionText);
  return version === null || !isValidName(name) ? null : { name: foldName(name), version };
}

/** Positive when `a` is the better build of the same wheel. */
export function compareBuilds(a: BuildNumber | null, b: BuildNumber | null): number {
  if (a === null || b === null) {
    return Number(a !== null) - Number(b !== null);
  }
  if (a.number !== b.number || a.suffix === b.suffix) {
    return a.number - b.number;
  }
  return a.suffix < b.suffix ? -1 : 1;
}

function parseBuild(text: string | undefined): BuildNumber | null {
  const [, number, suffix = ''] = /^([0-9]+)(.*)$/.exec(text ?? '') ?? [];
  return number === undefined ? null : { number: Number(number), suffix };
}

/** The members of a compressed tag set, such as `py2.py3`. */
function tagSet(field = ''): readonly string[] {
  return field.toLowerCase().split('.').slice(0, MAX_TAGS);
}
