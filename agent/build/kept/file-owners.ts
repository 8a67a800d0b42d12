// Which wheel each file of an environment came from. Pure. A file that two wheels bring is whose was installed last, and one that
// nobody brings was made by something that is not understood: neither is kept, since it would be linked into other environments.
import { dirname } from 'node:path/posix';
import type { WheelPaths } from './installed-paths.ts';

/** Everything in an environment, relative to it. */
export interface Tree {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  readonly links: readonly string[];
}

export interface Claim extends WheelPaths {
  readonly id: string;
  /** What its RECORD, completed by the installer, names below `bin`. */
  readonly scripts: readonly string[];
}

export interface Owned {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

export interface Owners {
  /** By the id of the wheel; those of which nothing can be kept are not in it. */
  readonly owned: ReadonlyMap<string, Owned>;
  /** Byte code of what was there before anything was installed. */
  readonly emptyByteCode: readonly string[];
  /** By the id of the wheel: why nothing can be kept of it. */
  readonly refused: ReadonlyMap<string, string>;
  /** What nobody brought: then nothing is kept. */
  readonly stray: readonly string[];
}

const EMPTY = '';
const BYTE_CODE = /^(?:(.*)\/)?__pycache__\/([^/]+)\.[A-Za-z]+-[0-9a-z]+\.pyc$/;

/** @param isExcused whether a source needs no byte code: tests, and what does not compile */
export function fileOwners(
  tree: Tree,
  empty: Tree,
  claims: readonly Claim[],
  isExcused: (path: string) => boolean,
): Owners {
  const { claimed, refused } = claimedPaths(tree, empty, claims);
  const filesOf = new Map<string, string[]>([EMPTY, ...claims.map(({ id }) => id)].map((id) => [id, []]));
  const stray: string[] = [];
  for (const path of tree.files) {
    const owner = claimed.get(path) ?? claimed.get(sourceOf(path) ?? path);
    if (owner === undefined) stray.push(path);
    else filesOf.get(owner)?.push(path);
  }
  stray.push(...strayFolders(tree, empty, claims), ...strayLinks(tree, empty));
  for (const [id, reason] of incomplete(tree, claims, filesOf, isExcused)) refused.set(id, reason);
  const before = new Set(empty.files);
  const made = new Set(tree.folders);
  const kept = claims.filter(({ id }) => !refused.has(id));
  return {
    owned: new Map(
      kept.map(({ id, folders }) => [
        id,
        { files: filesOf.get(id) ?? [], folders: folders.filter((path) => made.has(path)) },
      ]),
    ),
    emptyByteCode: (filesOf.get(EMPTY) ?? []).filter((path) => !before.has(path)),
    refused,
    stray,
  };
}

/** By path, whose it is; by owner, what it brings that is another's too. */
function claimedPaths(
  tree: Tree,
  empty: Tree,
  claims: readonly Claim[],
): { claimed: ReadonlyMap<string, string>; refused: Map<string, string> } {
  const claimed = new Map([...empty.files, ...empty.folders, ...empty.links].map((path) => [path, EMPTY]));
  const refused = new Map<string, string>();
  const noted = filesBeside(claims, tree);
  for (const { id, files, scripts, information } of claims) {
    const beside = noted.get(information) ?? [];
    for (const path of new Set([...files.map((file) => file.path), ...scripts, ...beside])) {
      const other = claimed.get(path);
      claimed.set(path, other ?? id);
      if (other === undefined) continue;
      refused.set(id, `${path} is not its alone`).set(other, `${path} is not its alone`);
    }
  }
  return { claimed, refused };
}

/** By folder of metadata, what is in it: what the installer notes there is in no wheel, so that another could bring it. */
function filesBeside(claims: readonly Claim[], { files }: Tree): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>(claims.map(({ information }) => [information, []]));
  for (const path of files) found.get(dirname(path))?.push(path);
  return found;
}

/** What is not as the wheel says, or not compiled, by the id of the wheel. */
function* incomplete(
  tree: Tree,
  claims: readonly Claim[],
  filesOf: ReadonlyMap<string, readonly string[]>,
  isExcused: (path: string) => boolean,
): Generator<readonly [string, string]> {
  const there = new Set(tree.files);
  for (const { id, files } of claims) {
    const mine = filesOf.get(id) ?? [];
    const compiled = new Set(mine.map(sourceOf));
    const missing = files.find(({ path }) => !there.has(path));
    if (missing !== undefined) yield [id, `${missing.path} is not there`];
    const sources = mine.filter((path) => path.endsWith('.py') && isLibrary(path));
    const source = sources.find((path) => !compiled.has(path) && !isExcused(path));
    if (source !== undefined) yield [id, `${source} has no byte code`];
  }
}

/** Byte code is made below `lib` alone. */
const isLibrary = (path: string): boolean => path.startsWith('lib/');

function strayFolders(tree: Tree, empty: Tree, claims: readonly Claim[]): readonly string[] {
  const known = new Set([...empty.folders, ...claims.flatMap(({ folders }) => folders)]);
  for (const path of tree.files) {
    for (let folder = dirname(path); folder !== '.' && !known.has(folder); folder = dirname(folder)) {
      known.add(folder);
    }
  }
  return tree.folders.filter((path) => !known.has(path));
}

function strayLinks(tree: Tree, empty: Tree): readonly string[] {
  return tree.links.filter((path) => !empty.links.includes(path));
}

/** The source that a file of byte code was compiled from; null for any other file. */
export function sourceOf(path: string): string | null {
  if (!path.endsWith('.pyc')) return null;
  const [, folder, stem] = BYTE_CODE.exec(path) ?? [];
  if (stem === undefined) return null;
  return folder === undefined ? `${stem}.py` : `${folder}/${stem}.py`;
}
