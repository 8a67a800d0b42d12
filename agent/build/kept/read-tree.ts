// Everything in an environment, read in short slices: thousands of calls that take microseconds each are quickest one after the
// other, and the agent has to be heard in between.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Breather } from '../../../shared/runtime/breather.ts';
import type { Tree } from './file-owners.ts';

/** Links are named, never followed. Rejects when there is anything but files, folders and links. */
export async function readTree(root: string, breather: Breather): Promise<Tree> {
  const tree = { files: [] as string[], folders: [] as string[], links: [] as string[] };
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}${entry.name}`;
      if (entry.isFile()) tree.files.push(path);
      else if (entry.isSymbolicLink()) tree.links.push(path);
      else if (entry.isDirectory()) {
        tree.folders.push(path);
        waiting.push(`${path}/`);
      } else throw new RangeError(`${path} is no file, folder or link`);
    }
    await breather.pause();
  }
  return tree;
}
