import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measureTrees } from '../../../agent/build/tree-sizes.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'troop-trees-'));
  for (const name of ['one', 'two']) await mkdir(join(root, name, 'deep'), { recursive: true });
  await writeFile(join(root, 'one', 'deep', 'shared'), 'x'.repeat(1000));
  await writeFile(join(root, 'one', 'own'), 'x'.repeat(10));
  await link(join(root, 'one', 'deep', 'shared'), join(root, 'two', 'shared'));
  await link(join(root, 'one', 'deep', 'shared'), join(root, 'two', 'deep', 'again'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('a file that several trees share counts once, and is freed with the last of them', async () => {
  const trees = await measureTrees([join(root, 'one'), join(root, 'two'), join(root, 'not there')]);
  expect(trees.totalBytes()).toBe(1010);
  expect(trees.remove(join(root, 'one'))).toBe(10);
  expect(trees.remove(join(root, 'two'))).toBe(1000);
  expect(trees.totalBytes()).toBe(0);
  expect(trees.remove(join(root, 'two'))).toBe(0);
});
