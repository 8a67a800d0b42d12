// What only root may read. An agent of root runs code as root without capabilities, who still owns root's files: password hashes,
// host keys, other services' secrets. An agent of anybody else may not read them either.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface LookedThrough {
  readonly folder: string;
  /** How many folders down. */
  readonly depth: number;
}

/** Where systems keep secrets. */
const PLACES: readonly LookedThrough[] = [
  { folder: '/etc', depth: 3 },
  { folder: '/var', depth: 0 },
  ...['/var/backups', '/var/lib', '/var/log', '/var/spool', '/opt', '/srv'].map((folder) => ({
    folder,
    depth: 0,
  })),
];

/** Topmost files and folders that others may not read, links left out; what is made later is not among them. */
export async function rootOnlyPaths(places: readonly LookedThrough[] = PLACES): Promise<readonly string[]> {
  const found = await Promise.all(places.map(closedIn));
  return found.flat();
}

async function closedIn({ folder, depth }: LookedThrough): Promise<readonly string[]> {
  const closed: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const stats = await lstat(path).catch(() => null);
    if (stats === null || stats.isSymbolicLink()) continue;
    const isFolder = stats.isDirectory();
    const needed = isFolder ? 0o005 : 0o004;
    if ((stats.mode & needed) !== needed) closed.push(path);
    else if (isFolder && depth > 0) closed.push(...(await closedIn({ folder: path, depth: depth - 1 })));
  }
  return closed;
}
