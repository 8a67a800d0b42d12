// Files that hold secrets: mode 0600 from their first byte on, replaced whole or not at all.
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { readBoundedText, SMALL_FILE_BYTES } from '../../shared/runtime/bounded-file.ts';

export async function writePrivateFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/**
 * The text, or null when there is no such file.
 * @throws TROOP-1008 for a folder, one that may not be read, and what is longer than `maximumBytes`
 */
export async function readFileIfThere(path: string, maximumBytes = SMALL_FILE_BYTES): Promise<string | null> {
  try {
    return await readBoundedText(path, maximumBytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TroopError('TROOP-1008', { path, reason }, { cause: error });
  }
}

/** 192 random bits that need no escaping in a URL or a configuration file. */
export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
