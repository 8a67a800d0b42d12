// An exclusive lock as a file that names its holder. A holder that is gone (killed, rebooted) holds nothing: the next
// one takes over. The file appears whole or not at all, since it is linked from a finished one.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { Clock } from './clock.ts';
import { identifyProcess, isStillRunning, parseIdentity, type ProcessIdentity } from './process-identity.ts';

export interface FileLock {
  release(): Promise<void>;
}

export type LockAttempt =
  | { readonly held: true; readonly lock: FileLock }
  | { readonly held: false; readonly holder: ProcessIdentity | null };

/** A take-over lasts microseconds; one that is this old was interrupted. */
const TAKE_OVER_MAXIMUM_MS = 10_000;

/** Takes the lock at `path` for this process if nobody alive holds it. */
export async function tryLock(path: string): Promise<LockAttempt> {
  const self = await identifyProcess(process.pid);
  const text = JSON.stringify(self ?? { pid: process.pid, startedAt: 'unknown' });
  if (await createWhole(path, text)) return { held: true, lock: lockAt(path, text) };

  const holder = await readHolder(path);
  if (holder !== null && (await isStillRunning(holder))) return { held: false, holder };
  if (!(await removeStale(path))) return { held: false, holder: null };
  return (await createWhole(path, text))
    ? { held: true, lock: lockAt(path, text) }
    : { held: false, holder: await readHolder(path) };
}

/** Runs `work` while holding the lock; waits for it until `timeoutMs` have passed, then gives null to `onTimeout`. */
export async function withLock<T>(
  path: string,
  options: { clock: Clock; timeoutMs: number; signal?: AbortSignal; onTimeout: (holderPid: number) => Error },
  work: () => Promise<T>,
): Promise<T> {
  const deadlineMs = options.clock.monotonicMs() + options.timeoutMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const attempt = await tryLock(path);
    if (attempt.held) {
      try {
        return await work();
      } finally {
        await attempt.lock.release();
      }
    }
    if (options.clock.monotonicMs() >= deadlineMs) throw options.onTimeout(attempt.holder?.pid ?? 0);
    await options.clock.sleep(100, options.signal);
  }
}

const lockAt = (path: string, text: string): FileLock => ({
  release: async () => {
    // Only our own: somebody who believed us dead may hold it by now.
    const current = await readFile(path, 'utf8').catch(() => null);
    if (current === text) await rm(path, { force: true });
  },
});

/** Makes the file with its whole content, or gives false when it exists. Others may read who holds it. */
async function createWhole(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${process.pid}.${randomUUID()}`;
  try {
    // On a full disk it is made, and stays empty.
    await writeFile(draft, text, { mode: 0o644, flag: 'wx' });
    await link(draft, path);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readHolder(path: string): Promise<ProcessIdentity | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : parseIdentity(text);
}

/** Removes a lock whose holder is gone; false when somebody else is at it. */
async function removeStale(path: string): Promise<boolean> {
  const guard = `${path}.taking`;
  try {
    await mkdir(guard, { mode: 0o700 });
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    const age = await stat(guard).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > TAKE_OVER_MAXIMUM_MS) await rm(guard, { recursive: true, force: true });
    return false;
  }
  try {
    const holder = await readHolder(path);
    if (holder !== null && (await isStillRunning(holder))) return false;
    await rename(path, `${guard}/stale`).catch(() => {});
    return true;
  } finally {
    await rm(guard, { recursive: true, force: true });
  }
}

const isErrno = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
