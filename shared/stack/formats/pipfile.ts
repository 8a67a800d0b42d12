// Pipfile, the request that belongs to a `Pipfile.lock`: written as TOML for pipenv, as an object for Thoth's tools.
// https://github.com/pypa/pipfile
import { stringify } from 'smol-toml';
import { sha256Hex } from '../canonical-json.ts';
import { markerEnvironment } from '../environment.ts';
import { formatMarker, markerHolds, type MarkerEnvironment } from '../marker.ts';
import { parsePythonVersion } from '../python-version.ts';
import type { Requirement } from '../requirement.ts';
import { formatSpecifierSet, intersectSpecifierSets } from '../specifier.ts';
import { ownValue } from '../own-value.ts';
import type { LockedPackage, LockedStack } from '../stack.ts';
import { refuseVariants } from './wheel-variants.ts';

export interface PipfileFormat {
  /** URLs by index name, without credentials; several, one space between, of an index that is a merged view. */
  readonly indexUrls?: Readonly<Record<string, string>> | undefined;
  /** What was asked for; without, the Pipfile asks for the stack's own pins. */
  readonly requirements?: readonly Requirement[] | undefined;
}

export interface PipfileSource {
  readonly name: string;
  readonly url: string;
  readonly verify_ssl: true;
}

export type PipfileEntry =
  | string
  | {
      readonly version: string;
      readonly extras?: readonly string[];
      readonly index?: string;
      readonly markers?: string;
    };

/** The keys and their order are those of Thoth's tools. */
export interface PipfileObject {
  readonly packages: Readonly<Record<string, PipfileEntry>>;
  readonly 'dev-packages': Readonly<Record<string, PipfileEntry>>;
  readonly requires: { readonly python_version: string };
  readonly source: readonly PipfileSource[];
}

/** @throws TROOP-1821 when a package is a wheel variant */
export function pipfileObject(stack: LockedStack, format: PipfileFormat = {}): PipfileObject {
  refuseVariants(stack.packages, 'a Pipfile with its lock');
  const { major, minor } = parsePythonVersion(stack.environment.python);
  const { requirements } = format;
  const packages =
    requirements === undefined
      ? stack.packages.map((item) => [item.name, pinEntry(item)] as const)
      : requestEntries(requirements, markerEnvironment(stack.environment));
  return {
    packages: Object.fromEntries(packages),
    'dev-packages': {},
    requires: { python_version: `${major}.${minor}` },
    source: sourcesOf(stack, format),
  };
}

/** The text of a `Pipfile`. @throws TROOP-1821 */
export function formatPipfile(stack: LockedStack, format: PipfileFormat = {}): string {
  const { source, packages, requires, ...others } = pipfileObject(stack, format);
  return `${stringify({ source, packages, 'dev-packages': others['dev-packages'], requires }).trimEnd()}\n`;
}

/**
 * The hash that a `Pipfile.lock` carries of its Pipfile: over compact JSON with sorted keys, in ASCII as Python's `json` writes it.
 */
export function pipfileHash({ packages, requires, source, ...others }: PipfileObject): string {
  const hashed = { _meta: { requires, sources: source }, default: packages, develop: others['dev-packages'] };
  return sha256Hex(asciiJson(hashed));
}

/** Every index that the stack uses and whose address is known; the further members of a merged one are numbered. */
export function sourcesOf(stack: LockedStack, format: PipfileFormat): readonly PipfileSource[] {
  const used = [...new Set(stack.packages.map((item) => item.index))];
  return used.flatMap((name) =>
    (ownValue(format.indexUrls ?? {}, name) ?? '')
      .split(' ')
      .filter((url) => url !== '')
      .map((url, position) => ({
        name: position === 0 ? name : `${name}-${position + 1}`,
        url,
        verify_ssl: true,
      })),
  );
}

function pinEntry(item: LockedPackage): PipfileEntry {
  const version = `==${item.version}`;
  return item.extras === undefined ? version : { extras: item.extras, version };
}

/** A Pipfile names a project once: of several requirements on one, those that apply are joined. */
function requestEntries(
  requirements: readonly Requirement[],
  markers: MarkerEnvironment,
): readonly (readonly [string, PipfileEntry])[] {
  const byName = new Map<string, Requirement[]>();
  for (const one of requirements) {
    byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  }
  return [...byName].flatMap(([name, all]) => {
    const [first, ...others] =
      all.length === 1 ? all : all.filter(({ marker }) => markerHolds(marker, markers));
    if (first === undefined) {
      return [];
    }
    const extras = [...new Set([first, ...others].flatMap((one) => one.extras))].toSorted();
    const specifier = others.reduce(
      (set, one) => intersectSpecifierSets(set, one.specifier),
      first.specifier,
    );
    return [
      [name, requestEntry({ ...first, extras, specifier, marker: all.length === 1 ? first.marker : null })],
    ];
  });
}

function requestEntry({ specifier, extras, marker }: Requirement): PipfileEntry {
  const version = formatSpecifierSet(specifier) || '*';
  if (extras.length === 0 && marker === null) {
    return version;
  }
  return {
    ...(extras.length === 0 ? {} : { extras }),
    ...(marker === null ? {} : { markers: formatMarker(marker) }),
    version,
  };
}

function asciiJson(value: unknown): string {
  const text = JSON.stringify(sorted(value));
  const escaped = (character: string): string =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return text.replace(/[\u007f-\uffff]/g, escaped);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
