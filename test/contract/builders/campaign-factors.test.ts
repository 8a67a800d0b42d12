// Builds of what campaigns vary: a variant wheel is installed from exactly its file, though no installer knows its name; a
// project that stands for another is not called broken for it.
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { BuildRequest, BuildResult } from '../../../agent/build/builder.ts';
import { withStandIns, type LockedPackage } from '../../../shared/stack/stack.ts';
import { builderMakers, makeDistribution, openWorkshop, requestFor } from './support.ts';

const never = new AbortController().signal;
const root = await realpath(await mkdtemp('/var/tmp/troop-factors-'));
const plainFolder = join(root, 'plain');
const variantFolder = join(root, 'variant');
await mkdir(plainFolder);
await mkdir(variantFolder);
afterAll(() => rm(root, { recursive: true, force: true }));

const { makers } = await builderMakers();

const plain = makeDistribution(plainFolder, {
  name: 'fast',
  version: '1.0',
  files: { 'fast/__init__.py': "build = 'plain'\n" },
});
const made = makeDistribution(variantFolder, {
  name: 'fast',
  version: '1.0',
  files: { 'fast/__init__.py': "build = 'v3'\n" },
});
const filename = 'fast-1.0-py3-none-any-x86_64_v3.whl';
const path = join(variantFolder, filename);
await copyFile(made.path, path);
const url = pathToFileURL(path).href;
const variant: LockedPackage = {
  ...made.locked,
  variant: 'x86_64_v3',
  files: [{ filename, url, sha256: made.sha256 }],
};

const say = (python: string, code: string): string =>
  execFileSync(python, ['-I', '-c', code], { encoding: 'utf8' }).trim();

const importedBuild = (result: BuildResult): string => {
  expect(result).toMatchObject({ ok: true });
  const { environment } = result as Extract<BuildResult, { ok: true }>;
  return say(environment.python, 'import fast; print(fast.build)');
};

describe.each(makers)('$name', ({ make }) => {
  const workshop = async (fetch?: Parameters<typeof openWorkshop>[1]) =>
    make((await openWorkshop(await mkdtemp(join(root, 'workshop-')), fetch)).options);

  test('builds a variant from its own file, and the plain build of the same version from its', async () => {
    const builder = await workshop();
    expect(importedBuild(await builder.build(requestFor([variant]), never))).toBe('v3');
    expect(importedBuild(await builder.build(requestFor([plain.locked]), never))).toBe('plain');
  });

  test('takes no variant wheel whose content is not what was listed', async () => {
    const wrong = { ...variant, files: [{ filename, url, sha256: plain.sha256 }] };
    const result = await (await workshop()).build(requestFor([wrong]), never);
    expect(result).toMatchObject({ ok: false, failure: { error: { code: 'TROOP-1402' } } });
  });

  test('asks the coordinator for a variant without an address, and says so when there is no hash either', async () => {
    const asked: string[] = [];
    const builder = await workshop((sha256) => {
      asked.push(sha256);
      return Promise.resolve(createReadStream(path));
    });
    const hashed = { ...variant, files: [{ filename, sha256: made.sha256 }] };
    expect(importedBuild(await builder.build(requestFor([hashed]), never))).toBe('v3');
    expect(asked).toEqual([made.sha256]);
    const nameless = await builder.build(requestFor([{ ...variant, files: [{ filename }] }]), never);
    expect(nameless).toMatchObject({ ok: false, failure: { error: { code: 'TROOP-1415' } } });
  });

  test('does not miss a project for which another one of the stack stands, and misses every other', async () => {
    const user = makeDistribution(plainFolder, { name: 'user', version: '1.0', requires: ['slow>=1'] });
    const request = requestFor([plain.locked, user.locked]);
    const standing: BuildRequest = { ...request, stack: withStandIns(request.stack, { slow: 'fast' }) };
    const builder = await workshop();
    expect(await builder.build(standing, never)).toMatchObject({ ok: true });
    expect(await builder.build(request, never)).toMatchObject({
      ok: false,
      failure: { error: { code: 'TROOP-1411' }, cause: 'stack' },
    });
  });
});
