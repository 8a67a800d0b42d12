import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHostLock, type HostLock } from '../../../../agent/work/host-lock.ts';
import { tryLock } from '../../../../shared/runtime/file-lock.ts';
import { systemClock } from '../../../../shared/runtime/clock.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../support/temporary-directory.ts';

let directory: TemporaryDirectory;
let path: string;
let told: (number | 'free' | null)[];
let lock: HostLock;

beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory.path, 'host.lock');
  told = [];
  const onWait = (wait: { readonly holderPid: number | null } | null): void => {
    told.push(wait === null ? 'free' : wait.holderPid);
  };
  lock = createHostLock({ path, clock: systemClock, pollMs: 5, onWait });
});
afterEach(() => directory.remove());

it('gives the host to one at a time, and tells who waits by whom, and when it is over', async () => {
  const held = await tryLock(path);
  if (!held.held) throw new Error('the lock of a fresh directory is held');
  const waiting = lock.acquire(new AbortController().signal);
  while (told.length === 0) await systemClock.sleep(5);
  expect(told).toEqual([process.pid]);
  await held.lock.release();
  const release = await waiting;
  expect(release).not.toBeNull();
  expect(told).toEqual([process.pid, 'free']);
  expect((await tryLock(path)).held).toBe(false);
  await release?.();
  expect((await tryLock(path)).held).toBe(true);
});

it('says nothing when there was nothing to wait for, and gives up with the signal', async () => {
  const release = await lock.acquire(new AbortController().signal);
  expect(told).toEqual([]);
  const stop = new AbortController();
  const waiting = lock.acquire(stop.signal);
  while (told.length === 0) await systemClock.sleep(5);
  stop.abort();
  expect(await waiting).toBeNull();
  expect(told).toEqual([process.pid, 'free']);
  await release?.();
});
