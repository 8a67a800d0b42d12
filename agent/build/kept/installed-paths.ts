// Where installers put what a wheel holds: https://packaging.python.org/en/latest/specifications/binary-distribution-format/ .
// Read from the archive, whose hash is known; a RECORD says what its author likes. Pure. What is unusual is said, not guessed.
import { isInside } from './kept-entry.ts';

/** Relative to the environment. */
export interface SiteFolders {
  /** `lib/python3.11/site-packages` */
  readonly site: string;
  /** `include/site/python3.11` */
  readonly headers: string;
}

export interface InstalledFile {
  readonly path: string;
  /** Null where installers write something of their own in its place. */
  readonly size: number | null;
}

export interface WheelPaths {
  readonly files: readonly InstalledFile[];
  readonly folders: readonly string[];
  /** The `.dist-info` folder. */
  readonly information: string;
}

/** Why nothing is kept of a wheel. */
export interface Unusual {
  readonly unusual: string;
}

const MAXIMUM_ENTRIES = 100_000;

export function installedPaths(
  entries: Iterable<{ readonly path: string; readonly size: number }>,
  folders: SiteFolders,
): WheelPaths | Unusual {
  const wheel: Collected = { files: new Map(), folders: [], information: new Set() };
  for (const { path, size } of entries) {
    const unusual = collect(path, size, wheel, folders);
    if (unusual !== null) return { unusual };
  }
  const [only] = wheel.information;
  if (only === undefined || wheel.information.size > 1) return { unusual: 'it has not one .dist-info' };
  return {
    files: [...wheel.files.values()],
    folders: wheel.folders,
    information: `${folders.site}/${only}`,
  };
}

interface Collected {
  readonly files: Map<string, InstalledFile>;
  readonly folders: string[];
  readonly information: Set<string>;
}

/** What is unusual about an entry, or null. */
function collect(path: string, size: number, wheel: Collected, folders: SiteFolders): string | null {
  const isFolder = path.endsWith('/');
  const name = isFolder ? path.slice(0, -1) : path;
  if (!isInside(name) || name.includes('\\')) return `it holds ${JSON.stringify(path)}`;
  if (wheel.files.size + wheel.folders.length >= MAXIMUM_ENTRIES) return 'it holds too many files';
  const [first = ''] = name.split('/', 1);
  if (first.endsWith('.dist-info')) wheel.information.add(first);
  const place = placeOf(name, first, folders);
  // The folders of the scheme itself are nowhere.
  if (place === null) return isFolder ? null : `nobody knows where its ${name} belongs`;
  if (isFolder) wheel.folders.push(place.path);
  else if (wheel.files.has(place.path)) return `it brings ${place.path} twice`;
  else wheel.files.set(place.path, { path: place.path, size: place.isRewritten ? null : size });
  return null;
}

interface Place {
  readonly path: string;
  readonly isRewritten: boolean;
}

function placeOf(name: string, first: string, { site, headers }: SiteFolders): Place | null {
  if (!first.endsWith('.data')) return { path: `${site}/${name}`, isRewritten: name === `${first}/RECORD` };
  const [, scheme = '', ...rest] = name.split('/');
  const inner = rest.join('/');
  if (inner === '') return null;
  const project = first.split('-', 1)[0] ?? '';
  const roots: Readonly<Record<string, string>> = {
    purelib: `${site}/`,
    platlib: `${site}/`,
    scripts: 'bin/',
    data: '',
    headers: `${headers}/${project}/`,
  };
  if (!Object.hasOwn(roots, scheme)) return null;
  return { path: `${roots[scheme]}${inner}`, isRewritten: scheme === 'scripts' };
}
