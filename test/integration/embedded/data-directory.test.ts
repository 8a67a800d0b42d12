import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataDirectory } from '../../../coordinator/embedded/data-directory.ts';
import { tryLock } from '../../../shared/runtime/file-lock.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';

let home: TemporaryDirectory;
let path: string;

beforeEach(async () => {
  home = await temporaryDirectory();
  path = join(home.path, 'data');
});
afterEach(() => home.remove());

test('makes its layout, and what holds secrets is ours alone', async () => {
  const data = await openDataDirectory(path);
  for (const part of [data.secrets, data.nats, data.cache, data.logs]) {
    expect((await stat(part)).mode & 0o777).toBe(0o700);
  }
  // Nobody else lists what is in it.
  expect((await stat(path)).mode & 0o066).toBe(0);
  await data.release();
});

test('whoever may pass the directory may pass what had to be made above it, whatever the mask of this process', async () => {
  const maskBefore = process.umask(0o077);
  try {
    const data = await openDataDirectory(join(home.path, 'lib', 'troop', 'demo'));
    const modes = ['lib', 'lib/troop', 'lib/troop/demo'].map(async (folder) => {
      const { mode } = await stat(join(home.path, folder));
      return mode & 0o777;
    });
    const expected = process.getuid?.() === 0 ? 0o711 : 0o700;
    expect(await Promise.all(modes)).toEqual([expected, expected, expected]);
    await data.release();
  } finally {
    process.umask(maskBefore);
  }
});

test('is held by one at a time, and free again after its release', async () => {
  const data = await openDataDirectory(path);
  await expect(openDataDirectory(path)).rejects.toMatchObject({
    code: 'TROOP-1660',
    facts: { path, pid: process.pid },
  });
  await data.release();
  await (await openDataDirectory(path)).release();
});

test('a lock whose holder is gone, or whose pid somebody else has by now, is taken over', async () => {
  for (const holder of [
    { pid: 2 ** 22 + 1, startedAt: 'long ago' },
    { pid: process.pid, startedAt: 'another boot' },
  ]) {
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'lock'), JSON.stringify(holder));
    const data = await openDataDirectory(path);
    expect(await readFile(join(path, 'lock'), 'utf8')).not.toBe(JSON.stringify(holder));
    await data.release();
  }
});

test('a lock that somebody tore is taken over', async () => {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'lock'), '{"pid":');
  const data = await openDataDirectory(path);
  expect(JSON.parse(await readFile(join(path, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
  await data.release();
});

test('of many who want a stale lock at once, one gets it', async () => {
  await mkdir(path, { recursive: true });
  const lock = join(path, 'lock');
  await writeFile(lock, JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 'long ago' }));
  const attempts = await Promise.all(Array.from({ length: 20 }, () => tryLock(lock)));
  const held = attempts.filter((attempt) => attempt.held);
  expect(held).toHaveLength(1);
  expect(await readdir(path)).toEqual(['lock']);
});

test('a release does not take the lock from somebody who has it by now', async () => {
  const data = await openDataDirectory(path);
  const theirs = JSON.stringify({ pid: 1, startedAt: 'theirs' });
  await writeFile(join(path, 'lock'), theirs);
  await data.release();
  expect(await readFile(join(path, 'lock'), 'utf8')).toBe(theirs);
});

test('a directory of a newer version is refused, and left unlocked', async () => {
  await (await openDataDirectory(path)).release();
  await writeFile(join(path, 'version'), '99\n');
  await expect(openDataDirectory(path)).rejects.toMatchObject({
    code: 'TROOP-1661',
    facts: { version: 99 },
  });
  await writeFile(join(path, 'version'), '1\n');
  await (await openDataDirectory(path)).release();
});

test('a damaged version file is refused', async () => {
  await (await openDataDirectory(path)).release();
  await writeFile(join(path, 'version'), 'eleven\n');
  await expect(openDataDirectory(path)).rejects.toMatchObject({ code: 'TROOP-1662' });
});

test('a path that is a file is refused with its code', async () => {
  await writeFile(path, '');
  await expect(openDataDirectory(path)).rejects.toMatchObject({ code: 'TROOP-1662', facts: { path } });
});
