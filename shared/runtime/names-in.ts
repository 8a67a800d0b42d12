// What a folder holds, for those who look after folders that may not have been made yet.
import { readdir } from 'node:fs/promises';

/** Nothing when there is no such folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
