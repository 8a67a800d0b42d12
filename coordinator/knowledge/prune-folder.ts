// Keeps a folder of content-addressed files within its bound: what was used longest ago goes first. Use is the time of
// change, which readers set anew.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes files until `maximumBytes` is kept; returns the bytes that stay. A folder that is not there is empty. */
export async function pruneFolder(directory: string, maximumBytes: number): Promise<number> {
  const files: { path: string; size: number; usedMs: number }[] = [];
  for (const path of await listFiles(directory)) {
    const info = await stat(path).catch(() => null);
    if (info !== null) files.push({ path, size: info.size, usedMs: info.mtimeMs });
  }
  let total = files.reduce((sum, file) => sum + file.size, 0);
  for (const file of files.toSorted((a, b) => a.usedMs - b.usedMs)) {
    if (total <= maximumBytes) break;
    await rm(file.path, { force: true });
    total -= file.size;
  }
  return total;
}

async function listFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
