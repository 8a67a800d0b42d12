// Built environments by content: lock digest and interpreter. An environment holds its own path in many places and
// cannot be moved, so it is built where it will stay; it counts only once its marker stands beside it, which is written
// last. Whatever has no marker is the rest of a broken build.
import {
  access,
  constants,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from '../../shared/runtime/file-lock.ts';
import { identifyProcess } from '../../shared/runtime/process-identity.ts';
import { canonicalJson, sha256Hex } from '../../shared/stack/canonical-json.ts';
import { removeTree } from '../sandbox/remove-tree.ts';
import type { BuildRequest, BuiltEnvironment } from './builder.ts';
import { isErrnoError } from './errno.ts';
import { identifyInterpreter } from './interpreter-identity.ts';
import { measureTrees } from './tree-sizes.ts';

/** Raised when environments are made differently, so that old ones are not taken for new ones. */
const LAYOUT = 1;

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

  /** The build under this key is complete: from now on it is found. Answers its size in bytes. */
  async seal(key: string, builder: BuiltEnvironment['builder'], builtAtMs: number): Promise<number> {
    const { totalBytes } = await measureTrees([this.prefixOf(key)]);
    const marker: Marker = { builder, bytes: totalBytes(), builtAtMs };
    const draft = `${this.#markerOf(key)}.draft`;
    await writeFile(draft, JSON.stringify(marker));
    await rename(draft, this.#markerOf(key));
    return marker.bytes;
  }

  /**
   * Removes broken builds and, least recently used first, environments until at most `maximumBytes` are left, files that
   * several of them share counted once. Those with a key in `inUse` stay, and so do those that are being built.
   */
  async sweep(maximumBytes: number, inUse: ReadonlySet<string>): Promise<SweptEnvironments> {
    const all = await this.#list();
    const removable = all.filter((one) => !inUse.has(one.key));
    const removed: string[] = [];
    for (const { key } of removable.filter((one) => one.marker === null)) {
      if (await this.#clearUnlessLocked(key)) removed.push(key);
    }
    await this.#removeLitter();
    const whole = all.filter((one) => one.marker !== null);
    // The markers count shared files again and again: what they say is more than there can be.
    const atMost = whole.reduce((sum, { marker }) => sum + (marker?.bytes ?? 0), 0);
    if (atMost <= maximumBytes) return { removed, freedBytes: 0 };
    const sizes = await measureTrees(whole.map(({ key }) => this.prefixOf(key)));
    const before = sizes.totalBytes();
    for (const { key } of whole.toSorted((left, right) => left.usedAtMs - right.usedAtMs)) {
      if (sizes.totalBytes() <= maximumBytes) break;
      if (inUse.has(key) || !(await this.#clearUnlessLocked(key))) continue;
      removed.push(key);
      sizes.remove(this.prefixOf(key));
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

async function namesIn(root: string): Promise<readonly string[]> {
  return await readdir(root).catch((error: unknown) => {
    if (isErrnoError(error, 'ENOENT')) return [];
    throw error;
  });
}
