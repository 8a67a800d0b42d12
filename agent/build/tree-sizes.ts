// What several directories hold together, where files may be hard links to each other: counted once. Environments of
// similar stacks share nearly everything, and removing one frees only what it alone holds.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrnoError } from './errno.ts';

export interface TreeSizes {
  /** Bytes of all that were not removed. */
  readonly totalBytes: () => number;
  /** Takes a directory out; answers how many bytes are gone with it. */
  readonly remove: (root: string) => number;
}

interface SharedFile {
  readonly bytes: number;
  owners: number;
}

/** Sizes of regular files; a directory that is not there holds nothing. */
export async function measureTrees(roots: readonly string[]): Promise<TreeSizes> {
  const files = new Map<string, SharedFile>();
  const trees = new Map<string, ReadonlySet<string>>();
  for (const root of roots) {
    const inodes = new Set<string>();
    for (const { inode, bytes } of await filesIn(root)) {
      if (inodes.has(inode)) continue;
      inodes.add(inode);
      const known = files.get(inode);
      if (known === undefined) files.set(inode, { bytes, owners: 1 });
      else known.owners += 1;
    }
    trees.set(root, inodes);
  }
  let total = [...files.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    totalBytes: () => total,
    remove: (root) => {
      let freed = 0;
      for (const inode of trees.get(root) ?? []) {
        const file = files.get(inode);
        if (file === undefined) continue;
        file.owners -= 1;
        if (file.owners === 0) freed += file.bytes;
      }
      trees.delete(root);
      total -= freed;
      return freed;
    },
  };
}

async function filesIn(root: string): Promise<readonly { inode: string; bytes: number }[]> {
  const found = [];
  for (const entry of await entriesOf(root)) {
    if (!entry.isFile()) continue;
    const { dev, ino, size } = await lstat(join(entry.parentPath, entry.name));
    found.push({ inode: `${dev}:${ino}`, bytes: size });
  }
  return found;
}

const readDeep = (root: string) => readdir(root, { recursive: true, withFileTypes: true });

/** Everything below a directory; nothing when it is not there. */
export async function entriesOf(root: string): Promise<Awaited<ReturnType<typeof readDeep>>> {
  try {
    return await readDeep(root);
  } catch (error) {
    if (isErrnoError(error, 'ENOENT')) return [];
    throw error;
  }
}
