import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../../../../shared/runtime/make-folder.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../support/temporary-directory.ts';

let home: TemporaryDirectory;
beforeEach(async () => {
  home = await temporaryDirectory();
});
afterEach(() => home.remove());

test('makes what is missing with the mode, tells the topmost of it, and takes what is there', async () => {
  const deep = join(home.path, 'a/b/c');
  expect(await makeFolder(deep, 0o700)).toBe(join(home.path, 'a'));
  expect(await makeFolder(deep, 0o700)).toBe(undefined);
  for (const made of ['a', 'a/b', 'a/b/c']) {
    expect((await stat(join(home.path, made))).mode & 0o777).toBe(0o700);
  }
  await symlink(deep, join(home.path, 'link'));
  expect(await makeFolder(join(home.path, 'link'))).toBe(undefined);
});

test('two that make the same folder at once both have it', async () => {
  const path = join(home.path, 'a/b/c/d');
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(path)));
  expect(await readdir(join(home.path, 'a/b/c'))).toEqual(['d']);
});

test.each([
  ['below a file', 'file/x/y', 'ENOTDIR'],
  ['a file', 'file', 'EEXIST'],
  ['a link to nothing', 'nowhere', 'ENOENT'],
])('refuses %s', async (_what, name, code) => {
  await writeFile(join(home.path, 'file'), '');
  await symlink(join(home.path, 'gone'), join(home.path, 'nowhere'));
  await mkdir(join(home.path, 'other'));
  await expect(makeFolder(join(home.path, name))).rejects.toMatchObject({ code });
});

// Node's own never comes back from there.
test.runIf(process.platform === 'linux')('comes back from where nothing can be made', async () => {
  await expect(makeFolder('/proc/troop/deep')).rejects.toMatchObject({ code: 'ENOENT' });
});
