// Built environments by content: lock digest and interpreter. An environment holds its own path in many places and
// cannot be moved, so it is built where it will stay; it counts only once its marker stands beside it, which is written
// last. Whatever has no marker is the rest of a broken build.
import { access, constants, lstat, mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from '../../shared/runtime/file-lock.ts';
import { identifyProcess } from '../../shared/runtime/process-identity.ts';
import { namesIn } from '../../shared/runtime/names-in.ts';
import { canonicalJson, sha256Hex } from '../../shared/stack/canonical-json.ts';
import { removeTree } from '../sandbox/remove-tree.ts';
import type { BuildRequest, BuiltEnvironment } from './builder.ts';
import { identifyInterpreter } from './interpreter-identity.ts';
import type { KeptSize } from './kept/kept-store.ts';
import { measureTrees, type TreeSizes } from './tree-sizes.ts';

/** Raised when environments are made differently, so that old ones are not taken for new ones. */
const LAYOUT = 2;

interface Marker {
  readonly builder: BuiltEnvironment['builder'];
  readonly bytes: number;
  readonly builtAtMs: number;
}

export interface SweptEnvironments {
  readonly removed: readonly string[];
  readonly freedBytes: number;
}

export class EnvironmentStore {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** TROOP-1406 when the interpreter is not there. */
  async keyOf(request: BuildRequest): Promise<string> {
    const interpreter = await identifyInterpreter(request.interpreter);
    const { lock_digest } = request.stack;
    return sha256Hex(canonicalJson({ layout: LAYOUT, lock_digest, interpreter: { ...interpreter } })).slice(
      0,
      32,
    );
  }

  prefixOf(key: string): string {
    return join(this.root, key);
  }

  pythonOf(key: string): string {
    return join(this.prefixOf(key), 'bin', 'python');
  }

  lockPathOf(key: string): string {
    return join(this.root, `${key}.lock`);
  }

  /** A finished environment whose interpreter still runs; that counts as a use of it. */
  async find(key: string): Promise<BuiltEnvironment | null> {
    const marker = await this.#readMarker(key);
    if (marker === null) return null;
    try {
      await access(this.pythonOf(key), constants.X_OK);
    } catch {
      return null;
    }
    const now = new Date();
    await utimes(this.#markerOf(key), now, now);
    const { builder } = marker;
    const paths = { prefix: this.prefixOf(key), python: this.pythonOf(key) };
    return {
      key,
      ...paths,
      builder,
      reused: true,
      durationMs: 0,
      downloadedBytes: 0,
      files: { needed: 0, reused: 0 },
    };
  }

  /** Makes room for a build under this key: nothing is left of an earlier one. */
  async clear(key: string): Promise<void> {
    await rm(this.#markerOf(key), { force: true });
    await removeTree(this.prefixOf(key));
    await mkdir(this.root, { recursive: true });
  }

  /** The build under this key is complete: from now on it is found. Answers its size, which is measured unless it is given. */
  async seal(
    key: string,
    builder: BuiltEnvironment['builder'],
    builtAtMs: number,
    knownBytes?: number,
  ): Promise<number> {
    const bytes = knownBytes ?? (await measureTrees([this.prefixOf(key)])).totalBytes();
    const marker: Marker = { builder, bytes, builtAtMs };
    const draft = `${this.#markerOf(key)}.draft`;
    await writeFile(draft, JSON.stringify(marker));
    await rename(draft, this.#markerOf(key));
    return marker.bytes;
  }

  /**
   * Removes broken builds and, least recently used first, environments until at most `maximumBytes` are left, files that
   * several of them share counted once. Those with a key in `inUse` stay, and so do those that are being built.
   * @param kept what is kept of them, which counts and goes as they do: but never before the last that holds the same files
   */
  async sweep(
    maximumBytes: number,
    inUse: ReadonlySet<string>,
    kept: readonly KeptSize[] = [],
  ): Promise<SweptEnvironments> {
    const all = await this.#list();
    const removed: string[] = [];
    for (const { key } of all.filter((one) => one.marker === null && !inUse.has(one.key))) {
      if (await this.#clearUnlessLocked(key)) removed.push(key);
    }
    await this.#removeLitter();
    const whole = all.flatMap(({ key, marker, usedAtMs }) =>
      marker === null ? [] : [{ key, path: this.prefixOf(key), bytes: marker.bytes, usedAtMs }],
    );
    const both = [...whole, ...kept.map((one) => ({ ...one, key: null }))];
    // These count shared files again and again: what they say is more than there can be.
    if (both.reduce((sum, { bytes }) => sum + bytes, 0) <= maximumBytes) return { removed, freedBytes: 0 };
    const sizes = await measureTrees(both.map(({ path }) => path));
    const before = sizes.totalBytes();
    const isEnough = (): boolean => sizes.totalBytes() <= maximumBytes;
    const old = new Map<string, number>();
    for (const { key, path, bytes } of both.toSorted((left, right) => left.usedAtMs - right.usedAtMs)) {
      if (isEnough()) break;
      if (key === null) old.set(path, bytes);
      else if (!inUse.has(key) && (await this.#clearUnlessLocked(key))) {
        removed.push(key);
        sizes.remove(path);
      }
      await removeAlone(old, sizes, isEnough);
    }
    return { removed, freedBytes: before - sizes.totalBytes() };
  }

  /** Drafts, and locks of processes that are gone: what killed builders leave. */
  async #removeLitter(): Promise<void> {
    for (const name of await namesIn(this.root)) {
      const [, key, writer] = /^([0-9a-f]{32})\.(?:lock|json\.draft|lock\.(\d+)\..+)$/.exec(name) ?? [];
      if (key === undefined) continue;
      // Somebody who waits for the lock drafts his own.
      if (writer !== undefined && (await identifyProcess(Number(writer))) !== null) continue;
      const attempt = await tryLock(this.lockPathOf(key));
      if (!attempt.held) continue;
      await rm(join(this.root, name), { recursive: true, force: true });
      await attempt.lock.release();
    }
  }

  /** One that somebody is building right now has no marker either. */
  async #clearUnlessLocked(key: string): Promise<boolean> {
    const attempt = await tryLock(this.lockPathOf(key));
    if (!attempt.held) return false;
    try {
      await this.clear(key);
      return true;
    } finally {
      await attempt.lock.release();
    }
  }

  #markerOf(key: string): string {
    return join(this.root, `${key}.json`);
  }

  async #readMarker(key: string): Promise<Marker | null> {
    try {
      const value = JSON.parse(await readFile(this.#markerOf(key), 'utf8')) as Partial<Marker>;
      const isWhole = (value.builder === 'uv' || value.builder === 'pip') && typeof value.bytes === 'number';
      return isWhole ? (value as Marker) : null;
    } catch {
      return null;
    }
  }

  async #list(): Promise<readonly { key: string; marker: Marker | null; usedAtMs: number }[]> {
    const keys = (await namesIn(this.root)).filter((name) => /^[0-9a-f]{32}$/.test(name));
    return Promise.all(
      keys.map(async (key) => {
        const marker = await this.#readMarker(key);
        const usedAtMs = marker === null ? 0 : (await lstat(this.#markerOf(key))).mtimeMs;
        return { key, marker, usedAtMs };
      }),
    );
  }
}

/** Those of which no environment holds the files any more: removing another would free nothing. */
async function removeAlone(
  kept: Map<string, number>,
  sizes: TreeSizes,
  isEnough: () => boolean,
): Promise<void> {
  for (const [path, bytes] of kept) {
    if (isEnough()) return;
    if (sizes.aloneBytes(path) < bytes) continue;
    await removeTree(path);
    sizes.remove(path);
    kept.delete(path);
  }
}
