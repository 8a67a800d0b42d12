import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeptEntry } from '../../../../agent/build/kept/kept-entry.ts';
import { KeptStore } from '../../../../agent/build/kept/kept-store.ts';
import { KeptUnusable, linkKept } from '../../../../agent/build/kept/link-kept.ts';
import { systemClock } from '../../../../shared/runtime/clock.ts';

const id = (digit: number): string => String(digit).repeat(32);
const never = new AbortController().signal;
let root: string;
let store: KeptStore;
let count = 0;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'troop-kept-'));
  store = new KeptStore({ root: join(root, 'kept'), clock: systemClock, nextId: () => String((count += 1)) });
  await mkdir(join(root, 'first', 'lib'), { recursive: true });
  await writeFile(join(root, 'first', 'lib', 'a.py'), 'a = 1\n');
  await writeFile(join(root, 'first', 'lib', 'b.py'), 'b = 1\n');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const entryOf = (files: readonly string[], further: Partial<KeptEntry> = {}): Omit<KeptEntry, 'bytes'> => ({
  key: id(1),
  files,
  own: [],
  folders: [],
  links: [],
  ...further,
});

async function keep(digit: number, entry: Omit<KeptEntry, 'bytes'>): Promise<void> {
  await store.keep(id(digit), join(root, 'first'), entry);
}

async function linked(...digits: readonly number[]): Promise<void> {
  const entries = new Map<string, KeptEntry>();
  for (const digit of digits) {
    const entry = await store.find(id(digit));
    if (entry !== null) entries.set(id(digit), entry);
  }
  const options = { store, clock: systemClock, prefix: join(root, 'second'), key: id(2), signal: never };
  await linkKept(entries, options);
}

test('what is kept is linked: the same file, and only what names the environment is another', async () => {
  const own = [{ path: 'bin/run', mode: 0o755, modifiedMs: 1000, content: `#!/e/${id(1)}/bin/python\n` }];
  await keep(1, entryOf(['lib/a.py'], { own, folders: ['void'], links: [{ path: 'lib64', target: 'lib' }] }));
  await rm(join(root, 'first', 'lib', 'b.py'));
  await linked(1);
  const second = join(root, 'second');
  expect((await readdir(second)).toSorted()).toEqual(['bin', 'lib', 'lib64', 'void']);
  expect((await stat(join(second, 'lib64', 'a.py'))).ino).toBe(
    (await stat(join(root, 'first/lib/a.py'))).ino,
  );
  expect(await readFile(join(second, 'bin', 'run'), 'utf8')).toBe(`#!/e/${id(2)}/bin/python\n`);
  expect(await stat(join(second, 'bin', 'run'))).toMatchObject({ mode: 0o100755, mtimeMs: 1000 });
});

test('the first that keeps something has kept it; the second leaves nothing', async () => {
  await keep(1, entryOf(['lib/a.py']));
  await keep(1, entryOf(['lib/b.py']));
  expect(await store.find(id(1))).toMatchObject({ files: ['lib/a.py'], bytes: 6 });
  expect(await readdir(store.root)).toEqual([id(1)]);
});

test('what cannot be linked is not kept, and leaves nothing', async () => {
  await expect(keep(1, entryOf(['lib/a.py', 'lib/gone.py']))).rejects.toThrow('ENOENT');
  expect(await readdir(store.root)).toEqual([]);
});

test('others in the agent have their turn while it links', async () => {
  const names = Array.from({ length: 100 }, (_none, number) => `lib/${number}`);
  for (const name of names) await writeFile(join(root, 'first', name), '');
  await keep(1, entryOf(names));
  const entry = await store.find(id(1));
  let turns = 0;
  let turn = setImmediate(function others() {
    turns += 1;
    turn = setImmediate(others);
  });
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => (nowMs += 1) };
  const options = { store, clock, prefix: join(root, 'second'), key: id(2), signal: never };
  await linkKept(new Map(entry === null ? [] : [[id(1), entry]]), options);
  clearImmediate(turn);
  expect((await readdir(join(root, 'second', 'lib'))).length).toBe(100);
  expect(turns).toBeGreaterThan(10);
});

test('an end that is asked for meanwhile is one', async () => {
  await keep(1, entryOf(['lib/a.py']));
  const entry = await store.find(id(1));
  const signal = AbortSignal.abort(new Error('over'));
  const options = { store, clock: systemClock, prefix: join(root, 'second'), key: id(2), signal };
  await expect(linkKept(new Map(entry === null ? [] : [[id(1), entry]]), options)).rejects.toThrow('over');
  expect(await store.find(id(1))).not.toBeNull();
});

test('two that bring the same path are not linked, and nothing is written', async () => {
  await keep(1, entryOf(['lib/a.py']));
  await keep(2, entryOf(['lib/b.py', 'lib/a.py']));
  await expect(linked(1, 2)).rejects.toThrow(KeptUnusable);
  expect(await readdir(root)).not.toContain('second');
  expect(await store.find(id(1))).not.toBeNull();
});

test('a file that is there already is not replaced, and is nobody’s damage', async () => {
  await keep(1, entryOf(['lib/a.py']));
  await mkdir(join(root, 'second', 'lib'), { recursive: true });
  await writeFile(join(root, 'second', 'lib', 'a.py'), 'there');
  await expect(linked(1)).rejects.toThrow(KeptUnusable);
  expect(await readFile(join(root, 'second', 'lib', 'a.py'), 'utf8')).toBe('there');
  expect(await store.find(id(1))).not.toBeNull();
});

test('one that lost a file is dropped', async () => {
  await keep(1, entryOf(['lib/a.py', 'lib/b.py']));
  await rm(store.pathOf(id(1), 1));
  await expect(linked(1)).rejects.toThrow(KeptUnusable);
  expect(await readdir(store.root)).toEqual([]);
});

test('after a start, what lost its content to a crash is not taken for whole', async () => {
  await keep(1, entryOf(['lib/a.py', 'lib/b.py']));
  await keep(2, entryOf(['lib/b.py']));
  await writeFile(join(root, 'first', 'lib', 'a.py'), '');
  const restarted = new KeptStore({ root: store.root, clock: systemClock, nextId: () => 'id' });
  expect(await restarted.find(id(1))).toBeNull();
  expect(await restarted.find(id(2))).not.toBeNull();
  expect(await readdir(store.root)).toEqual([id(2)]);
});

test('what cannot be read is not there, whatever the reason', async () => {
  await mkdir(join(store.root, id(1), 'manifest.json'), { recursive: true });
  expect(await store.find(id(1))).toBeNull();
  await rm(store.root, { recursive: true });
  await writeFile(store.root, 'no folder');
  expect(await store.find(id(1))).toBeNull();
});

test('one whose manifest was cut off is dropped when it is looked for', async () => {
  await keep(1, entryOf(['lib/a.py']));
  await writeFile(join(store.root, id(1), 'manifest.json'), '{"bytes":6,"key":"');
  expect(await store.find(id(1))).toBeNull();
  expect(await readdir(store.root)).toEqual([]);
});

test('tidying removes drafts, what has no manifest and what is nothing of ours; a use is noted', async () => {
  await keep(1, entryOf(['lib/a.py']));
  await keep(2, entryOf(['lib/a.py', 'lib/b.py']));
  await mkdir(join(store.root, 'draft-9'));
  await mkdir(join(store.root, id(3)));
  await writeFile(join(store.root, 'note'), '');
  for (const digit of [1, 2]) await utimes(join(store.root, id(digit)), 1, 1);
  await store.find(id(2));
  const left = await store.tidy();
  expect(left.map(({ bytes }) => bytes).toSorted((a, b) => a - b)).toEqual([6, 12]);
  expect(left.find(({ path }) => path === join(store.root, id(1)))?.usedAtMs).toBe(1000);
  expect(left.find(({ path }) => path === join(store.root, id(2)))?.usedAtMs).toBeGreaterThan(1000);
  expect((await readdir(store.root)).toSorted()).toEqual([id(1), id(2)]);
});

test('another interpreter, builder, file name or hash is another entry', () => {
  const interpreter = { path: '/p', size: 1, modifiedMs: 1 };
  const wheel = { sha256: 'a', filename: 'a.whl' };
  const ids = [
    store.idOfEmpty({ builder: 'uv', interpreter }),
    store.idOfEmpty({ builder: 'pip', interpreter }),
    store.idOfWheel(wheel, { builder: 'uv', interpreter }),
    store.idOfWheel(wheel, { builder: 'pip', interpreter }),
    store.idOfWheel(wheel, { builder: 'uv', interpreter: { ...interpreter, modifiedMs: 2 } }),
    store.idOfWheel({ ...wheel, filename: 'b.whl' }, { builder: 'uv', interpreter }),
    store.idOfWheel({ ...wheel, sha256: 'b' }, { builder: 'uv', interpreter }),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});
