import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Builder, BuildRequest } from '../../../agent/build/builder.ts';
import { withDiskGuard } from '../../../agent/build/with-disk-guard.ts';

const path = await mkdtemp(join(tmpdir(), 'troop-disk-'));
afterAll(() => rm(path, { recursive: true, force: true }));

const reached: Builder = { name: 'reached', build: () => Promise.reject(new Error('it was reached')) };
const request = { allowSdists: false } as BuildRequest;
const never = new AbortController().signal;

test('a nearly full disk is the fleet’s failure, before anything is built', async () => {
  const guarded = withDiskGuard(reached, { path, floorBytes: Number.MAX_SAFE_INTEGER });
  const result = await guarded.build(request, never);
  expect(result).toMatchObject({ ok: false, failure: { cause: 'fleet', error: { code: 'TROOP-1418' } } });
});

test('a disk with room lets the build through', async () => {
  const guarded = withDiskGuard(reached, { path, floorBytes: 1 });
  await expect(guarded.build(request, never)).rejects.toThrow('it was reached');
});
