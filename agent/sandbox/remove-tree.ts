// Removing what a stranger's code left behind: folders without permissions, and folders so deep that no path names what is in
// them, which would otherwise stay for ever and keep the agent from starting.
import { randomUUID } from 'node:crypto';
import { chmod, lstat, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What may be a folder that cannot be opened, and what is a path that is too long. */
const STUBBORN = new Set(['EACCES', 'EPERM', 'ENOTEMPTY', 'ENAMETOOLONG']);

/** Nothing is left of `path` afterwards; a missing one is fine. Links are removed, never followed. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!STUBBORN.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await flatten(path);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Leaves no folder below `path`: what one holds is lifted to the top, so that no path grows longer than two names. */
async function flatten(path: string): Promise<void> {
  if (!(await isFolder(path))) return;
  await chmod(path, 0o700);
  const waiting = await readdir(path);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const one = join(path, name);
    if (!(await isFolder(one))) continue;
    await chmod(one, 0o700);
    for (const inner of await readdir(one)) {
      const lifted = randomUUID();
      // Moving a folder changes its `..`, for which it has to be writable itself.
      if (await isFolder(join(one, inner))) await chmod(join(one, inner), 0o700);
      await rename(join(one, inner), join(path, lifted));
      waiting.push(lifted);
    }
    await rmdir(one);
  }
}

const isFolder = async (path: string): Promise<boolean> => (await lstat(path)).isDirectory();
