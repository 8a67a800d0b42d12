// What a tool has put into an environment, read from the metadata of the installed packages themselves. A wheel that calls
// itself one version and says another inside is installed by pip without a word, and would be measured under a false name.
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { foldName, isValidName, normalizeName } from '../../shared/stack/name.ts';
import type { LockedPackage } from '../../shared/stack/stack.ts';
import { compareVersions, tryParseVersion } from '../../shared/stack/version.ts';
import { isErrnoError } from './errno.ts';

const MAXIMUM_METADATA_BYTES = 16 * 1024 ** 2;

/** One package as its own metadata tells of it. */
export interface InstalledPackage {
  readonly version: string;
  /** `Requires-Dist`, as written. */
  readonly requires: readonly string[];
}

/** By normalised name. */
export type InstalledPackages = ReadonlyMap<string, InstalledPackage>;

/** What is there. TROOP-1409 when a package of the lock is not, or says another version than the lock. */
export async function checkInstalled(
  prefix: string,
  packages: readonly LockedPackage[],
): Promise<InstalledPackages> {
  const installed = await installedIn(prefix);
  for (const { name, version } of packages) {
    const seen = installed.get(normalizeName(name))?.version;
    if (seen !== undefined && isSame(seen, version)) continue;
    const reason =
      seen === undefined
        ? 'nothing of that name is there after installing it'
        : `its metadata says version ${seen}`;
    throw new TroopError('TROOP-1409', { package: `${name} ${version}`, reason });
  }
  return installed;
}

function isSame(seen: string, version: string): boolean {
  const [left, right] = [tryParseVersion(seen), tryParseVersion(version)];
  return left === null || right === null ? seen === version : compareVersions(left, right) === 0;
}

async function installedIn(prefix: string): Promise<InstalledPackages> {
  const library = join(prefix, 'lib');
  const pythons = (await readdir(library)).filter((name) => name.startsWith('python'));
  const found = new Map<string, InstalledPackage>();
  for (const folder of pythons.map((name) => join(library, name, 'site-packages'))) {
    for (const name of (await namesOf(folder)).filter((one) => one.endsWith('.dist-info'))) {
      const text = await readMetadata(join(folder, name, 'METADATA'));
      const said = (field: string): readonly string[] =>
        [...text.matchAll(new RegExp(`^${field}:(.*)$`, 'gim'))].map(([, value = '']) => value.trim());
      const [project] = said('Name');
      // What has no name of a project is nothing that a lock could ask for.
      if (project === undefined || !isValidName(project)) continue;
      const [version = 'none'] = said('Version');
      found.set(foldName(project), { version, requires: said('Requires-Dist') });
    }
  }
  return found;
}

/** A wheel may put what it likes beside the real one: `lib/python3`, or a file of that name. */
async function namesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isErrnoError(error, 'ENOENT') || isErrnoError(error, 'ENOTDIR')) return [];
    throw error;
  }
}

/** The fields before the description; nothing of what is no plain file, since strangers made it. */
async function readMetadata(path: string): Promise<string> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null || !stats.isFile() || stats.size > MAXIMUM_METADATA_BYTES) return '';
  const text = await readFile(path, 'utf8');
  return text.split(/\r?\n\r?\n/, 1)[0] ?? '';
}
