// Who uses the caches below one directory right now, whichever process it is: environments that a trial runs, files that
// a build reads. Sweeping and beginning a use exclude each other, so nothing in use is ever removed. A user that was
// killed uses nothing: each use is a file that names its process.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { withLock } from '../../shared/runtime/file-lock.ts';
import { identifyProcess, isStillRunning, parseIdentity } from '../../shared/runtime/process-identity.ts';
import type { EnvironmentUse } from './builder.ts';
import { isErrnoError } from './errno.ts';

export interface CacheUsesOptions {
  /** A directory of its own. */
  readonly root: string;
  readonly clock: Clock;
  readonly nextId: () => string;
}

export interface UsesNow {
  /** Keys of the environments in use. */
  readonly environments: ReadonlySet<string>;
  /** Whether a build reads fetched files, or writes into the builder's cache. */
  readonly isBuilding: boolean;
}

/** What a build uses; every other name is the key of an environment. */
const FILES = 'files';
/** A sweep takes seconds; one that takes longer than this hangs. */
const GATE_MS = 600_000;

export class CacheUses {
  readonly #root: string;
  readonly #clock: Clock;
  readonly #nextId: () => string;

  constructor({ root, clock, nextId }: CacheUsesOptions) {
    this.#root = root;
    this.#clock = clock;
    this.#nextId = nextId;
  }

  /** From now until it is disposed of, environments that are told to `keep` stay. */
  open(): EnvironmentUse & AsyncDisposable {
    const kept = new Map<string, Promise<string>>();
    return {
      keep: async (key) => {
        if (!kept.has(key)) kept.set(key, this.#begin(key));
        await kept.get(key);
      },
      [Symbol.asyncDispose]: async () => {
        const begun = await Promise.allSettled(kept.values());
        const paths = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
        await Promise.all(paths.map((path) => rm(path, { force: true })));
      },
    };
  }

  /** From now until it is disposed of, fetched files and the builder's cache stay. */
  async beginBuild(): Promise<AsyncDisposable> {
    const path = await this.#begin(FILES);
    return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
  }

  /** Runs `work` while no use can begin. TROOP-1421 when another sweep does not end. */
  async exclusively(work: (uses: UsesNow) => Promise<void>): Promise<void> {
    await this.#atGate(async () => {
      const names = await this.#living();
      await work({
        environments: new Set(names.filter((name) => name !== FILES)),
        isBuilding: names.includes(FILES),
      });
    });
  }

  async #begin(name: string): Promise<string> {
    const path = join(this.#root, `${name}.${this.#nextId()}`);
    await this.#atGate(async () => {
      await writeFile(path, JSON.stringify(await identifyProcess(process.pid)));
    });
    return path;
  }

  async #atGate(work: () => Promise<void>): Promise<void> {
    await mkdir(this.#root, { recursive: true });
    const onTimeout = (pid: number): Error => new TroopError('TROOP-1421', { timeoutMs: GATE_MS, pid });
    const options = { clock: this.#clock, timeoutMs: GATE_MS, onTimeout };
    await withLock(join(this.#root, 'gate.lock'), options, work);
  }

  /** Names in use; what was left by processes that are gone is removed. Only at the gate: nobody is writing then. */
  async #living(): Promise<readonly string[]> {
    const living: string[] = [];
    for (const file of await readdir(this.#root)) {
      const name = /^([0-9a-f]{32}|files)\./.exec(file)?.[1];
      if (name === undefined) continue;
      if (await isHeld(join(this.#root, file))) living.push(name);
      else await rm(join(this.#root, file), { force: true });
    }
    return living;
  }
}

async function isHeld(path: string): Promise<boolean> {
  try {
    const holder = parseIdentity(await readFile(path, 'utf8'));
    return holder !== null && (await isStillRunning(holder));
  } catch (error) {
    if (isErrnoError(error, 'ENOENT')) return false;
    throw error;
  }
}
