// The uv to build with: the one on PATH when it is new enough for the options that we give it, else the pinned one.
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import semver from 'semver';
import { bootstrapUv, type BootstrapOptions } from './bootstrap-uv.ts';
import { uvVersionAt } from './uv-version.ts';

/** The first with every option that uv-installer.ts uses (`--no-python-downloads`, `--no-verify-hashes` by default). */
export const OLDEST_UV = '0.5.0';

export interface FoundUv {
  /** Absolute, without symbolic links. */
  readonly path: string;
  readonly origin: 'path' | 'bootstrap';
}

export interface FindUvOptions extends BootstrapOptions {
  /** Directories to look in, as in PATH. */
  readonly searchPath: readonly string[];
}

/** TROOP-1420 when there is none on PATH and it cannot be fetched. */
export async function findUv(options: FindUvOptions): Promise<FoundUv> {
  for (const directory of options.searchPath) {
    const path = join(directory, 'uv');
    const version = await uvVersionAt(path);
    if (version !== null && semver.gte(version, OLDEST_UV)) {
      return { path: await realpath(path), origin: 'path' };
    }
  }
  return { path: await realpath(await bootstrapUv(options)), origin: 'bootstrap' };
}
