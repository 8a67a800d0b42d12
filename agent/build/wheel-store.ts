// Fetched files by the SHA-256 of their content: `<root>/<first two digits>/<sha256>/<filename>`. A file is in its place
// whole and verified, or not at all: it is written aside, hashed on the way, and renamed. Several processes may add the
// same file at once; all of them end with the same one.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { isErrnoError } from './errno.ts';

export interface StoredFile {
  /** Absolute when the root is; ends with the file's own name, which installers read. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface AddOptions {
  /** What the index listed; null when it listed none, then what comes is what it is. */
  readonly sha256: string | null;
  readonly maximumBytes: number;
  readonly signal: AbortSignal;
}

export interface WheelStoreOptions {
  readonly root: string;
  readonly nextId: () => string;
}

const SAFE_FILENAME = /^[A-Za-z0-9][A-Za-z0-9._+!-]{0,250}$/;

export class WheelStore {
  readonly root: string;
  readonly #nextId: () => string;

  constructor(options: WheelStoreOptions) {
    this.root = options.root;
    this.#nextId = options.nextId;
  }

  /**
   * The file when it is here; that counts as a use of it. Noted on its folder: installers know a wheel again by the times
   * of its file, and would unpack a touched one anew into their cache, with every build.
   */
  async find(sha256: string, filename: string): Promise<StoredFile | null> {
    const path = this.#pathOf(sha256, filename);
    try {
      const { size } = await stat(path);
      const now = new Date();
      await utimes(dirname(path), now, now);
      return { path, sha256, bytes: size };
    } catch (error) {
      if (isErrnoError(error, 'ENOENT')) return null;
      throw error;
    }
  }

  /** Takes a file in. TROOP-1402 when it is not what was listed, TROOP-1419 when it is too large. */
  async add(filename: string, content: AsyncIterable<Uint8Array>, options: AddOptions): Promise<StoredFile> {
    assertSafe(filename);
    const incoming = join(this.root, 'incoming');
    const temporary = join(incoming, this.#nextId());
    await mkdir(incoming, { recursive: true });
    try {
      const { sha256, bytes } = await writeHashed(temporary, filename, content, options);
      if (options.sha256 !== null && sha256 !== options.sha256) {
        throw new TroopError('TROOP-1402', { file: filename, listed: options.sha256, seen: sha256 });
      }
      const path = this.#pathOf(sha256, filename);
      await mkdir(join(path, '..'), { recursive: true });
      await rename(temporary, path);
      return { path, sha256, bytes };
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /**
   * Removes what was never finished, and the files used least recently until at most `maximumBytes` are left; answers the
   * bytes freed. Nobody may be adding or reading files meanwhile.
   */
  async sweep(maximumBytes: number): Promise<number> {
    await rm(join(this.root, 'incoming'), { recursive: true, force: true });
    const files = await this.#list();
    let held = files.reduce((sum, file) => sum + file.bytes, 0);
    let freed = 0;
    for (const file of files.toSorted((left, right) => left.usedAtMs - right.usedAtMs)) {
      if (held <= maximumBytes) break;
      await rm(dirname(file.path), { recursive: true, force: true });
      // The folder of the first digits, unless other files are in it.
      await rmdir(dirname(dirname(file.path))).catch(() => {});
      held -= file.bytes;
      freed += file.bytes;
    }
    return freed;
  }

  /** Whether the file still is what it was when it was taken in; one that is not is removed. */
  async verify({ path, sha256 }: Pick<StoredFile, 'path' | 'sha256'>): Promise<boolean> {
    const hash = createHash('sha256');
    try {
      await pipeline(createReadStream(path), hash);
    } catch (error) {
      if (isErrnoError(error, 'ENOENT')) return false;
      throw error;
    }
    if (hash.digest('hex') === sha256) return true;
    await rm(dirname(path), { recursive: true, force: true });
    return false;
  }

  #pathOf(sha256: string, filename: string): string {
    assertSafe(filename);
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      throw new TroopError('TROOP-1402', { file: filename, listed: sha256 });
    }
    return join(this.root, sha256.slice(0, 2), sha256, filename);
  }

  async #list(): Promise<readonly { path: string; bytes: number; usedAtMs: number }[]> {
    const found = [];
    let entries;
    try {
      entries = await readdir(this.root, { recursive: true, withFileTypes: true });
    } catch (error) {
      if (isErrnoError(error, 'ENOENT')) return [];
      throw error;
    }
    for (const entry of entries) {
      if (!entry.isFile() || entry.parentPath === join(this.root, 'incoming')) continue;
      const path = join(entry.parentPath, entry.name);
      const [{ size }, { mtimeMs }] = await Promise.all([stat(path), stat(entry.parentPath)]);
      found.push({ path, bytes: size, usedAtMs: mtimeMs });
    }
    return found;
  }
}

/** A name from an index becomes part of a path; anything unusual is refused as what it is: not a distribution. */
function assertSafe(filename: string): void {
  if (SAFE_FILENAME.test(filename)) return;
  throw new TroopError('TROOP-1401', { package: filename, reason: 'its file name is not valid' });
}

async function writeHashed(
  path: string,
  filename: string,
  content: AsyncIterable<Uint8Array>,
  options: AddOptions,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  // Opened before anything can fail: a stream that opens by itself may make its file after the clean-up.
  await using file = await open(path, 'wx');
  await pipeline(
    content,
    async (source: AsyncIterable<Uint8Array>) => {
      for await (const chunk of source) {
        bytes += chunk.length;
        if (bytes > options.maximumBytes) {
          throw new TroopError('TROOP-1419', { file: filename, maximumBytes: options.maximumBytes });
        }
        hash.update(chunk);
        await file.writeFile(chunk);
      }
    },
    { signal: options.signal },
  );
  return { sha256: hash.digest('hex'), bytes };
}
