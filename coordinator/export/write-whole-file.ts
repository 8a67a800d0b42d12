// Files that people ask for: there when they are whole, and not before. What fails on the way leaves what was there.
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TroopError } from '../../shared/errors/troop-error.ts';

/** Puts a text in the place of what is there. @throws TROOP-1012 */
export function writeWholeFile(path: string, text: string): Promise<void> {
  return fillWholeFile(path, (sink) => pipeline(Readable.from([text]), sink));
}

/**
 * The same with a stream that `fill` writes to its end. Devices and pipes are written as they are: nothing can be put in their
 * place.
 * @throws TROOP-1012, and every TroopError of `fill`
 */
export async function fillWholeFile(path: string, fill: (sink: Writable) => Promise<void>): Promise<void> {
  try {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory() === true) throw new Error('it is a folder, and a file is expected');
    if (found === null || found.isFile()) await replace(path, found?.mode, fill);
    else await fill(createWriteStream(path));
  } catch (error) {
    throw error instanceof TroopError ? error : unwritable(path, error);
  }
}

async function replace(
  path: string,
  mode: number | undefined,
  fill: (sink: Writable) => Promise<void>,
): Promise<void> {
  // A link stays one: what it leads to is replaced.
  const target = await realpath(path).catch(() => path);
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}`);
  try {
    await fill(createWriteStream(draft, { flags: 'wx', ...(mode === undefined ? {} : { mode }) }));
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** The path is said once, as it was given. */
export function unwritable(path: string, error: unknown): TroopError {
  const message = error instanceof Error ? error.message : String(error);
  const reason = /^[A-Z]+: [^,]+(?=, )/.exec(message)?.[0] ?? message;
  return new TroopError('TROOP-1012', { path, reason }, { cause: error });
}
