import { chmod, link, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EnvironmentStore } from '../../../agent/build/environment-store.ts';
import { tryLock } from '../../../shared/runtime/file-lock.ts';

let root: string;
let store: EnvironmentStore;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'troop-environments-'));
  store = new EnvironmentStore(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const key = (digit: number): string => String(digit).repeat(32);

async function make(digit: number, bytes: number): Promise<void> {
  const bin = join(store.prefixOf(key(digit)), 'bin');
  await mkdir(bin, { recursive: true });
  await symlink(process.execPath, join(bin, 'python'));
  await writeFile(join(store.prefixOf(key(digit)), 'data'), 'x'.repeat(bytes));
}

async function seal(digit: number, usedAtSeconds: number): Promise<void> {
  await store.seal(key(digit), 'uv', 0);
  await utimes(join(root, `${key(digit)}.json`), usedAtSeconds, usedAtSeconds);
}

test('an environment counts only once it is sealed, and while its interpreter is there', async () => {
  await make(1, 10);
  expect(await store.find(key(1))).toBeNull();
  await seal(1, 1);
  expect(await store.find(key(1))).toMatchObject({ key: key(1), builder: 'uv', reused: true });
  await rm(store.pythonOf(key(1)));
  expect(await store.find(key(1))).toBeNull();
});

test('a marker that was written half is none', async () => {
  await make(1, 10);
  await writeFile(join(root, `${key(1)}.json`), '{"builder":"u');
  expect(await store.find(key(1))).toBeNull();
});

test('sweeping removes broken builds, then the least recently used, and nothing in use or being built', async () => {
  for (const digit of [1, 2, 3, 4, 5, 6]) await make(digit, 100);
  await seal(1, 100);
  await seal(2, 50);
  await seal(3, 10);
  await seal(4, 200);
  // 5 broke half-way, 6 is being built.
  const attempt = await tryLock(store.lockPathOf(key(6)));
  await chmod(store.prefixOf(key(5)), 0o500);
  const swept = await store.sweep(300, new Set([key(3)]));
  expect(swept).toEqual({ removed: [key(5), key(2)], freedBytes: 100 });
  const left = (await readdir(root)).filter((name) => /^\d+$/.test(name));
  expect(left.toSorted()).toEqual([key(1), key(3), key(4), key(6)]);
  if (attempt.held) await attempt.lock.release();
});

test('being found is being used', async () => {
  for (const digit of [1, 2]) {
    await make(digit, 100);
    await seal(digit, digit);
  }
  await store.find(key(1));
  expect((await store.sweep(150, new Set())).removed).toEqual([key(2)]);
});

test('what is kept of environments counts once, and goes when none of them holds it any more, not before', async () => {
  const kept = await Promise.all(
    ['held', 'alone'].map(async (name, position) => {
      const path = join(root, 'kept', name);
      await mkdir(path, { recursive: true });
      await writeFile(join(path, 'manifest.json'), '{}');
      return { id: name, path, bytes: 100, usedAtMs: position };
    }),
  );
  for (const digit of [1, 2]) {
    await make(digit, 100);
    await seal(digit, digit * 100);
  }
  await link(join(store.prefixOf(key(2)), 'data'), join(root, 'kept', 'held', '0'));
  await writeFile(join(root, 'kept', 'alone', '0'), 'x'.repeat(100));
  const left = (): Promise<readonly string[]> => readdir(join(root, 'kept'));
  expect((await store.sweep(304, new Set(), kept)).removed).toEqual([]);
  expect((await store.sweep(203, new Set(), kept)).removed).toEqual([]);
  expect(await left()).toEqual(['held']);
  expect((await store.sweep(102, new Set(), kept.slice(0, 1))).removed).toEqual([key(1)]);
  expect(await left()).toEqual(['held']);
  expect((await store.sweep(0, new Set(), kept.slice(0, 1))).removed).toEqual([key(2)]);
  expect(await left()).toEqual([]);
});
