// Keeps what builds leave behind within bounds: environments and fetched files, least recently used first, and the
// builder's own cache. Run between trials, when nothing is being built and no environment is in use.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../shared/runtime/clock.ts';
import { removeTree } from '../sandbox/remove-tree.ts';
import { isErrnoError } from './errno.ts';
import type { EnvironmentStore } from './environment-store.ts';
import type { WheelStore } from './wheel-store.ts';

export interface SweepOptions {
  readonly environments: EnvironmentStore;
  readonly store: WheelStore;
  /** Of uv or pip; whatever is missing in it is made again. */
  readonly builderCache: string;
  /** Of all together. */
  readonly maximumBytes: number;
  readonly clock: Clock;
}

export interface CacheSweeper {
  sweep(): Promise<void>;
  /** Sweeps when the last time is long ago. */
  sweepWhenDue(): Promise<void>;
}

const EVERY_MS = 15 * 60_000;
const SHARES = { environments: 0.5, files: 0.3, builder: 0.2 } as const;

export function createCacheSweeper(options: SweepOptions): CacheSweeper {
  const { environments, store, builderCache, maximumBytes, clock } = options;
  let sweptAtMs = -Infinity;
  const sweep = async (): Promise<void> => {
    sweptAtMs = clock.monotonicMs();
    await environments.sweep(maximumBytes * SHARES.environments, new Set());
    await store.sweep(maximumBytes * SHARES.files);
    if ((await unsharedBytes(builderCache)) > maximumBytes * SHARES.builder) await removeTree(builderCache);
  };
  return {
    sweep,
    sweepWhenDue: async () => {
      if (clock.monotonicMs() - sweptAtMs >= EVERY_MS) await sweep();
    },
  };
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

async function entriesOf(root: string): Promise<Awaited<ReturnType<typeof readDeep>>> {
  try {
    return await readDeep(root);
  } catch (error) {
    if (isErrnoError(error, 'ENOENT')) return [];
    throw error;
  }
}

const readDeep = (root: string) => readdir(root, { recursive: true, withFileTypes: true });
