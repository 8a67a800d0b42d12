// Where the spool keeps its messages: a folder, of which nothing more is asked than a few whole files. A simulated fleet
// keeps them in memory.
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface SpoolFiles {
  /** Names, in any order; some may be of files that were never finished. */
  list(): Promise<readonly string[]>;
  /** Resolves once the whole file is safe on disk under its name; a failure leaves nothing under it. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Null when there is none. */
  read(name: string): Promise<Uint8Array | null>;
  /** Harmless when there is none. */
  remove(name: string): Promise<void>;
}

/** Makes the folder, for its owner alone. */
export async function spoolFolder(folder: string): Promise<SpoolFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    list: () => readdir(folder),
    write: (name, bytes) => writeWhole(join(folder, name), bytes),
    read: async (name) => {
      try {
        return await readFile(join(folder, name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    remove: (name) => rm(join(folder, name), { force: true }),
  };
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.new`;
  try {
    await writeSynced(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    // A full disk should not be left fuller.
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
