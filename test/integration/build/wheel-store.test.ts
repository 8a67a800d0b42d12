import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StoredFile, WheelStore } from '../../../agent/build/wheel-store.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';
import { settle } from '../../support/fake-clock.ts';

const ids = uuidIds(systemClock);
const signal = new AbortController().signal;
let root: string;
let store: WheelStore;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'troop-wheels-'));
  store = new WheelStore({ root, nextId: () => ids.next() });
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  for (const character of text) {
    await Promise.resolve();
    yield Buffer.from(character);
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const add = (text: string): Promise<StoredFile> =>
  store.add('one-1.0-py3-none-any.whl', chunks(text), { sha256: hashOf(text), maximumBytes: 1000, signal });

test('several adding the same file at once end with the same one', async () => {
  const added = await Promise.all(Array.from({ length: 8 }, () => add('the same')));
  expect(new Set(added.map((file) => file.path)).size).toBe(1);
  expect(await readFile(added[0]?.path ?? '', 'utf8')).toBe('the same');
  expect(await readdir(join(root, 'incoming'))).toEqual([]);
});

test('a wrong or broken file leaves nothing behind', async () => {
  const wrong = { sha256: hashOf('other'), maximumBytes: 1000, signal };
  await expect(store.add('a.whl', chunks('this'), wrong)).rejects.toMatchObject({ code: 'TROOP-1402' });
  const breaking = async function* (): AsyncGenerator<Uint8Array> {
    yield* chunks('th');
    throw new Error('cut');
  };
  await expect(store.add('a.whl', breaking(), wrong)).rejects.toThrow('cut');
  expect(await readdir(root)).toEqual(['incoming']);
  expect(await readdir(join(root, 'incoming'))).toEqual([]);
});

test('transfers that break at once leave nothing behind either, however slowly the disk opens a file', async () => {
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield* chunks('t');
    throw new Error('gone');
  }
  const options = { sha256: null, maximumBytes: 1000, signal };
  const broken = Array.from({ length: 200 }, () =>
    store.add('one-1.0-py3-none-any.whl', breaking(), options),
  );
  const endings = await Promise.allSettled(broken);
  expect(endings.filter(({ status }) => status === 'fulfilled')).toEqual([]);
  await settle(20);
  expect(await readdir(join(root, 'incoming'))).toEqual([]);
});

test('being found does not touch the file: an installer would unpack it anew', async () => {
  const { path, sha256 } = await add('aaaa');
  const before = await stat(path, { bigint: true });
  await store.find(sha256, 'one-1.0-py3-none-any.whl');
  const after = await stat(path, { bigint: true });
  expect([after.mtimeNs, after.ctimeNs]).toEqual([before.mtimeNs, before.ctimeNs]);
});

test('sweeping removes the files used least recently', async () => {
  const files = [];
  for (const text of ['aaaa', 'bbbb', 'cccc']) files.push(await add(text));
  for (const [index, file] of files.entries()) await utimes(dirname(file.path), index + 1, index + 1);
  await store.find(hashOf('aaaa'), 'one-1.0-py3-none-any.whl');
  expect(await store.sweep(8)).toBe(4);
  const found = await Promise.all(files.map((file) => store.find(file.sha256, 'one-1.0-py3-none-any.whl')));
  expect(found.map((file) => file !== null)).toEqual([true, false, true]);
});
