// What was installed once, to be linked into environments to come: `<root>/<id>/manifest.json` and, beside it, a hard link to each
// file. The files are those of environments, so keeping them takes no room while one of those is there. An entry is drafted
// aside and renamed: it is there whole, or not at all. No program of a build or a trial may write here.
import { linkSync, lstatSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, sha256Hex } from '../../../shared/stack/canonical-json.ts';
import { createBreather } from '../../../shared/runtime/breather.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import { namesIn } from '../../../shared/runtime/names-in.ts';
import type { BuiltEnvironment } from '../builder.ts';
import { isErrnoError } from '../errno.ts';
import type { InterpreterIdentity } from '../interpreter-identity.ts';
import { parseEntry, type KeptEntry } from './kept-entry.ts';

export interface KeptStoreOptions {
  readonly root: string;
  readonly clock: Clock;
  readonly nextId: () => string;
}

/** By what it was installed, and for which interpreter. */
export interface KeptFor {
  readonly builder: BuiltEnvironment['builder'];
  readonly interpreter: InterpreterIdentity;
}

export interface KeptSize {
  readonly path: string;
  readonly bytes: number;
  readonly usedAtMs: number;
}

/** Raised when entries are made differently. */
const LAYOUT = 1;
const MANIFEST = 'manifest.json';
const MAXIMUM_MANIFEST_BYTES = 64 * 1024 ** 2;

export class KeptStore {
  readonly root: string;
  readonly #clock: Clock;
  readonly #nextId: () => string;
  /** Found whole since the agent was started. */
  readonly #whole = new Set<string>();

  constructor({ root, clock, nextId }: KeptStoreOptions) {
    this.root = root;
    this.#clock = clock;
    this.#nextId = nextId;
  }

  idOfWheel(wheel: { readonly sha256: string; readonly filename: string }, by: KeptFor): string {
    return this.#idOf({ wheel: { ...wheel } }, by);
  }

  /** Of the environment before anything is installed into it. */
  idOfEmpty(by: KeptFor): string {
    return this.#idOf({ wheel: null }, by);
  }

  /** Where file `index` of an entry lies. */
  pathOf(id: string, index: number): string {
    return join(this.root, id, String(index));
  }

  /** Counts as a use of it; one that cannot be read is dropped, and is none in any case: the tool can do without. */
  async find(id: string): Promise<KeptEntry | null> {
    const folder = join(this.root, id);
    const entry = await readManifest(folder);
    if (entry !== null && (await this.#isWhole(id, entry))) {
      const now = new Date();
      await utimes(folder, now, now).catch(() => {});
      return entry;
    }
    await this.drop(id).catch(() => {});
    return null;
  }

  /**
   * Keeps an entry by hard links to its files below `prefix`. Whoever else keeps the same at the same moment may be faster.
   * Rejects with the system's error where files cannot be linked; nothing is kept then.
   */
  async keep(id: string, prefix: string, entry: Omit<KeptEntry, 'bytes'>): Promise<void> {
    const draft = join(this.root, `draft-${this.#nextId()}`);
    await mkdir(draft, { recursive: true });
    try {
      const breather = createBreather(this.#clock);
      let bytes = 0;
      for (const [index, path] of entry.files.entries()) {
        const from = join(prefix, path);
        bytes += lstatSync(from).size;
        linkSync(from, join(draft, String(index)));
        await breather.pause();
      }
      // Its size first, where the sweep reads it without the rest.
      await writeFile(join(draft, MANIFEST), JSON.stringify({ bytes, ...entry }));
      await rename(draft, join(this.root, id)).catch((error: unknown) => {
        if (!isErrnoError(error, 'ENOTEMPTY') && !isErrnoError(error, 'EEXIST')) throw error;
      });
      this.#whole.add(id);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  async drop(id: string): Promise<void> {
    this.#whole.delete(id);
    await rm(join(this.root, id), { recursive: true, force: true });
  }

  /** Removes what was never finished; answers what there is. Nobody may be building meanwhile. */
  async tidy(): Promise<readonly KeptSize[]> {
    const found: KeptSize[] = [];
    for (const id of await namesIn(this.root)) {
      const path = join(this.root, id);
      const bytes = /^[0-9a-f]{32}$/.test(id) ? await readSize(join(path, MANIFEST)) : null;
      if (bytes === null) await rm(path, { recursive: true, force: true });
      else found.push({ path, bytes, usedAtMs: (await stat(path)).mtimeMs });
    }
    return found;
  }

  /**
   * A machine that lost its power has names of files whose content was never written: looked for once after each start, since
   * what is kept would break every stack that it is linked into.
   */
  async #isWhole(id: string, { files, bytes }: KeptEntry): Promise<boolean> {
    if (this.#whole.has(id)) return true;
    const breather = createBreather(this.#clock);
    let seen = 0;
    for (const index of files.keys()) {
      const stats = lstatSync(this.pathOf(id, index), { throwIfNoEntry: false });
      if (stats === undefined || !stats.isFile()) return false;
      seen += stats.size;
      await breather.pause();
    }
    if (seen !== bytes) return false;
    this.#whole.add(id);
    return true;
  }

  #idOf(what: object, { builder, interpreter }: KeptFor): string {
    const text = canonicalJson({ layout: LAYOUT, builder, interpreter: { ...interpreter }, ...what });
    return sha256Hex(text).slice(0, 32);
  }
}

async function readManifest(folder: string): Promise<KeptEntry | null> {
  const path = join(folder, MANIFEST);
  try {
    if ((await stat(path)).size > MAXIMUM_MANIFEST_BYTES) return null;
    return parseEntry(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}

async function readSize(manifest: string): Promise<number | null> {
  try {
    await using file = await open(manifest);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0);
    const [, bytes] = /^\{"bytes":(\d+),/.exec(buffer.toString('latin1', 0, bytesRead)) ?? [];
    return bytes === undefined ? null : Number(bytes);
  } catch (error) {
    if (isErrnoError(error, 'ENOENT') || isErrnoError(error, 'ENOTDIR')) return null;
    throw error;
  }
}
