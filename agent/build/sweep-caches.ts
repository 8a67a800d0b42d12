// Keeps what builds leave behind within bounds: environments and fetched files, least recently used first, and the
// builder's own cache. What is in use stays, whichever process uses it, and so nothing breaks whenever this runs.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../shared/runtime/clock.ts';
import { removeTree } from '../sandbox/remove-tree.ts';
import { sweepWorkspaces } from '../sandbox/workspace.ts';
import type { CacheUses } from './cache-uses.ts';
import type { EnvironmentStore } from './environment-store.ts';
import { entriesOf, measureTrees } from './tree-sizes.ts';
import type { KeptStore } from './kept/kept-store.ts';
import type { WheelStore } from './wheel-store.ts';

export interface SweepOptions {
  readonly environments: EnvironmentStore;
  readonly store: WheelStore;
  readonly kept: KeptStore;
  readonly uses: CacheUses;
  /** Of uv or pip; whatever is missing in it is made again. */
  readonly builderCache: string;
  /** Of builds; those of processes that are gone are wiped. */
  readonly workspaces: string;
  /** Of all together. */
  readonly maximumBytes: number;
  /** How much more should be free on the disk; 0 where there is room enough. */
  readonly missingBytes: () => Promise<number>;
  readonly clock: Clock;
}

export interface CacheSweeper {
  sweep(): Promise<void>;
  /** Sweeps when the last time is long ago, much was added since, or the disk is nearly full. */
  sweepWhenDue(): Promise<void>;
  /** Told what every build adds. */
  noteBuilt(bytes: number): void;
}

const EVERY_MS = 15 * 60_000;
/** Share of all that may be added before the next sweep. */
const ADDED_SHARE = 0.1;
const SHARES = { environments: 0.5, files: 0.3, builder: 0.2 } as const;

export function createCacheSweeper(options: SweepOptions): CacheSweeper {
  const { clock, uses } = options;
  let sweptAtMs = -Infinity;
  let addedBytes = 0;
  const sweep = async (): Promise<void> => {
    sweptAtMs = clock.monotonicMs();
    addedBytes = 0;
    await sweepWorkspaces(options.workspaces);
    const maximumBytes = await allowedBytes(options);
    await uses.exclusively(async ({ environments, isBuilding }) => {
      // A build links what it found, so nothing of it goes meanwhile; then it is not looked at either.
      const kept = isBuilding ? [] : await options.kept.tidy();
      await options.environments.sweep(maximumBytes * SHARES.environments, environments, kept);
      if (!isBuilding) await sweepFiles(options, maximumBytes);
    });
  };
  return {
    sweep,
    sweepWhenDue: async () => {
      const isLongAgo = clock.monotonicMs() - sweptAtMs >= EVERY_MS;
      const isMuch = addedBytes > options.maximumBytes * ADDED_SHARE;
      if (isLongAgo || isMuch || (await options.missingBytes()) > 0) await sweep();
    },
    noteBuilt: (bytes) => {
      addedBytes += bytes;
    },
  };
}

/** Less than was allowed where the disk is nearly full: what is kept must not keep the agent from work. */
async function allowedBytes(options: SweepOptions): Promise<number> {
  const { environments, store, kept, builderCache, maximumBytes } = options;
  const missing = await options.missingBytes();
  if (missing === 0) return maximumBytes;
  const held = await measureTrees([environments.root, store.root, kept.root, builderCache]);
  return Math.min(maximumBytes, Math.max(0, held.totalBytes() - missing));
}

/** Only while nothing is being built: a build has looked up its files before it reads them. */
async function sweepFiles({ store, builderCache }: SweepOptions, maximumBytes: number): Promise<void> {
  await store.sweep(maximumBytes * SHARES.files);
  if ((await unsharedBytes(builderCache)) > maximumBytes * SHARES.builder) await removeTree(builderCache);
}

/** What removing a directory would free: a file that an environment has a hard link to counts there. */
async function unsharedBytes(root: string): Promise<number> {
  let bytes = 0;
  for (const entry of await entriesOf(root)) {
    if (!entry.isFile()) continue;
    const { size, nlink } = await lstat(join(entry.parentPath, entry.name));
    if (nlink === 1) bytes += size;
  }
  return bytes;
}
