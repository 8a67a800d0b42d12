// A folder that people name, made with what is missing above it. Node's own recursive `mkdir` never ends where the parent is
// there and refuses with ENOENT, as everything below /proc does: it takes the parent for missing, makes it, and tries again.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * @param mode of every folder that is made
 * @returns the topmost folder that was made, or undefined when all were there
 * @throws what the system says of the first folder that cannot be made
 */
export async function makeFolder(path: string, mode?: number): Promise<string | undefined> {
  try {
    return await makeOne(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (!isCode(error, 'ENOENT') || parent === path || (await isThere(parent))) throw error;
    const first = await makeFolder(parent, mode);
    const own = await makeOne(path, mode);
    return first ?? own;
  }
}

async function makeOne(path: string, mode: number | undefined): Promise<string | undefined> {
  try {
    await mkdir(path, mode);
    return path;
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    if ((await stat(path)).isDirectory()) return undefined;
    throw Object.assign(new Error(`${path} is no folder`, { cause: error }), { code: 'EEXIST' });
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
