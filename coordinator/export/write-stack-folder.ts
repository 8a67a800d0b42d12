// Writes stacks into a folder, numbered from 1. A file that is there is an error: two runs must not mix.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { StackFile } from './stack-format.ts';

/** Makes what folders are missing. @throws TROOP-1012 */
export async function writeStackFiles(folder: string, files: readonly StackFile[]): Promise<void> {
  for (const file of files) {
    const path = join(folder, file.path);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, file.text, { flag: 'wx' });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TroopError('TROOP-1012', { path, reason }, { cause: error });
    }
  }
}
