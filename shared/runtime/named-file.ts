// Small files that somebody named, in a call or in a setting: what is wrong with one is told to those who named it.
import { TroopError } from '../errors/troop-error.ts';
import { readBoundedText, SMALL_FILE_BYTES } from './bounded-file.ts';

/** @throws TROOP-1008 for one that is not there, a folder, one that may not be read, and what is longer */
export async function readNamedText(path: string, maximumBytes = SMALL_FILE_BYTES): Promise<string> {
  try {
    return await readBoundedText(path, maximumBytes);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The same, and null when there is no such file. @throws TROOP-1008 */
export async function readNamedTextIfThere(
  path: string,
  maximumBytes = SMALL_FILE_BYTES,
): Promise<string | null> {
  try {
    return await readBoundedText(path, maximumBytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw unreadable(path, error);
  }
}

/** What the system, or a reader, said of a file. */
export function unreadable(path: string, error: unknown): TroopError {
  const reason = error instanceof Error ? error.message : String(error);
  return new TroopError('TROOP-1008', { path, reason }, { cause: error });
}
