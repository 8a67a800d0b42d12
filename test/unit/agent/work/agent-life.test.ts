import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { beginLife } from '../../../../agent/work/agent-life.ts';
import { isOutlived } from '../../../../shared/inspection/agent-life.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../support/temporary-directory.ts';

let directory: TemporaryDirectory;
let state: string;
let path: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  state = join(directory.path, 'state');
  path = join(state, 'life.json');
});
afterEach(async () => {
  await directory.remove();
});

test('lives of one folder are numbered in their order', async () => {
  const [first, second] = [await beginLife(path), await beginLife(path)];
  expect(first.number).toBe(1);
  expect(second).toEqual({ series: first.series, number: 2 });
  expect(isOutlived(first, second)).toBe(true);
  expect(isOutlived(second, first)).toBe(false);
  expect(isOutlived(second, second)).toBe(false);
});

test('a folder that was copied begins a series of its own, and the first goes on in its own', async () => {
  await beginLife(path);
  const copy = join(directory.path, 'copy');
  await cp(state, copy, { recursive: true, preserveTimestamps: true });
  const [copied, next] = [await beginLife(join(copy, 'life.json')), await beginLife(path)];
  expect(copied.number).toBe(1);
  expect(next.number).toBe(2);
  expect(isOutlived(copied, next) || isOutlived(next, copied)).toBe(false);
});

test('a folder that was moved goes on with its series', async () => {
  const first = await beginLife(path);
  const moved = join(directory.path, 'moved');
  await rename(state, moved);
  expect(await beginLife(join(moved, 'life.json'))).toEqual({ series: first.series, number: 2 });
});

test.each([
  ['wiped', () => rm(path)],
  ['damaged', () => writeFile(path, '{"formatVersion":1,"number":')],
  ['of another form', () => writeFile(path, '{"formatVersion":2}')],
  [
    'at the last number that there is',
    async () => {
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace('"number":1', '"number":2147483647'));
    },
  ],
] as const)('what is %s begins another series', async (_what, harm) => {
  const first = await beginLife(path);
  await harm();
  const next = await beginLife(path);
  expect(next.number).toBe(1);
  expect(next.series).not.toBe(first.series);
});

test('a life that cannot be written down is not begun', async () => {
  await writeFile(join(directory.path, 'file'), '');
  await expect(beginLife(join(directory.path, 'file', 'life.json'))).rejects.toMatchObject({
    code: 'EEXIST',
  });
});
