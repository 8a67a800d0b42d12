// Finding uv, and getting it through pip: here from a folder with a wheel of our own making, whose hash is therefore not
// the pinned one. The pinned wheel itself is what test/contract/builders gets.
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PINNED_UV } from '../../../agent/build/bootstrap-uv.ts';
import { chooseBuilder } from '../../../agent/build/choose-builder.ts';
import { findUv, type FindUvOptions } from '../../../agent/build/find-uv.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { ids, makeDistribution, openWorkshop, python } from '../../contract/builders/support.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp('/var/tmp/troop-find-uv-');
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function programSaying(directory: string, text: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'uv'), `#!/bin/sh\necho '${text}'\n`);
  await chmod(join(directory, 'uv'), 0o755);
  return directory;
}

const options = (overrides: Partial<FindUvOptions>): FindUvOptions => ({
  directory: join(root, 'tools'),
  python,
  environment: { PIP_CONFIG_FILE: '/dev/null', PIP_NO_INDEX: '1', PIP_FIND_LINKS: root },
  clock: systemClock,
  nextId: () => ids.next(),
  searchPath: [],
  ...overrides,
});

test('the first on PATH that is new enough is taken; older ones and strangers are passed over', async () => {
  const searchPath = [
    join(root, 'none'),
    await programSaying(join(root, 'stranger'), 'hello'),
    await programSaying(join(root, 'old'), 'uv 0.4.30'),
    await programSaying(join(root, 'new'), 'uv 0.6.1 (abc 2025-01-01)'),
  ];
  expect(await findUv(options({ searchPath }))).toEqual({ path: join(root, 'new', 'uv'), origin: 'path' });
});

test('a wheel that is not the pinned one is never run, nothing of it stays, and pip builds instead', async () => {
  makeDistribution(root, { name: 'uv', version: PINNED_UV.version });
  await expect(findUv(options({}))).rejects.toMatchObject({ code: 'TROOP-1420' });
  expect(await readdir(join(root, 'tools'))).toEqual([]);
  const workshop = await openWorkshop(join(root, 'workshop'));
  const { builder, error } = await chooseBuilder(workshop.options, options({}));
  expect(builder.name).toBe('pip');
  expect(error?.message).toMatch(/HASHES/);
});
