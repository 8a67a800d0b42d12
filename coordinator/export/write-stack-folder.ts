// Writes stacks into a folder, numbered from 1. A file that is there is an error: two runs must not mix.
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../shared/runtime/make-folder.ts';
import type { StackFile } from './stack-format.ts';
import { unwritable } from './write-whole-file.ts';

/** Makes what folders are missing; a file that cannot be written whole is not there. @throws TROOP-1012 */
export async function writeStackFiles(folder: string, files: readonly StackFile[]): Promise<void> {
  for (const file of files) {
    const path = join(folder, file.path);
    try {
      await makeFolder(dirname(path));
      await writeNewFile(path, file.text);
    } catch (error) {
      throw unwritable(path, error);
    }
  }
}

async function writeNewFile(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    const wasThere = error instanceof Error && 'syscall' in error && error.syscall === 'open';
    if (!wasThere) await rm(path, { force: true });
    throw error;
  }
}
