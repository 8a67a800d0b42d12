// What several directories hold together, where files may be hard links to each other: counted once. Environments of
// similar stacks share nearly everything, and removing one frees only what it alone holds.
import { lstatSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createBreather } from '../../shared/runtime/breather.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { isErrnoError } from './errno.ts';

export interface TreeSizes {
  /** Bytes of all that were not removed. */
  readonly totalBytes: () => number;
  /** What would be gone with a directory. */
  readonly aloneBytes: (root: string) => number;
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
  const ownedBy = (root: string): readonly SharedFile[] =>
    [...(trees.get(root) ?? [])].flatMap((inode) => files.get(inode) ?? []);
  let total = [...files.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    totalBytes: () => total,
    aloneBytes: (root) =>
      ownedBy(root).reduce((sum, { owners, bytes }) => sum + (owners === 1 ? bytes : 0), 0),
    remove: (root) => {
      let freed = 0;
      for (const file of ownedBy(root)) {
        file.owners -= 1;
        if (file.owners === 0) freed += file.bytes;
      }
      trees.delete(root);
      total -= freed;
      return freed;
    },
  };
}

/** Quickest one after the other, with pauses: the agent has to be heard while it looks at thousands of files. */
async function filesIn(root: string): Promise<readonly { inode: string; bytes: number }[]> {
  const found = [];
  const breather = createBreather(systemClock);
  for (const entry of await entriesOf(root)) {
    if (!entry.isFile()) continue;
    const { dev, ino, size } = lstatSync(join(entry.parentPath, entry.name));
    found.push({ inode: `${dev}:${ino}`, bytes: size });
    await breather.pause();
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
