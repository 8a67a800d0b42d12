import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CacheUses, type UsesNow } from '../../../agent/build/cache-uses.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';

const ids = uuidIds(systemClock);
const KEY = 'a'.repeat(32);
let root: string;
let uses: CacheUses;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'troop-uses-'));
  uses = new CacheUses({ root, clock: systemClock, nextId: () => ids.next() });
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function now(): Promise<UsesNow> {
  let seen: UsesNow | null = null;
  await uses.exclusively((current) => {
    seen = current;
    return Promise.resolve();
  });
  if (seen === null) throw new Error('the work was not done');
  return seen;
}

test('what is kept and what is being built is in use until its end, and leaves nothing', async () => {
  const use = uses.open();
  await Promise.all([use.keep(KEY), use.keep(KEY)]);
  const build = await uses.beginBuild();
  expect(await now()).toEqual({ environments: new Set([KEY]), isBuilding: true });
  await build[Symbol.asyncDispose]();
  await use[Symbol.asyncDispose]();
  expect(await now()).toEqual({ environments: new Set(), isBuilding: false });
  expect(await readdir(root)).toEqual([]);
});

test('a use of a process that is gone, or that was cut short while it began, is none', async () => {
  await writeFile(join(root, `${KEY}.dead`), JSON.stringify({ pid: process.pid, startedAt: 'another life' }));
  await writeFile(join(root, 'files.half'), '{"pi');
  expect(await now()).toEqual({ environments: new Set(), isBuilding: false });
  expect(await readdir(root)).toEqual([]);
});

test('no use begins while the caches are swept', async () => {
  const order: string[] = [];
  let begun: Promise<void> = Promise.resolve();
  const use = uses.open();
  await uses.exclusively(async () => {
    begun = use.keep(KEY).then(() => void order.push('begun'));
    await readdir(root);
    order.push('swept');
  });
  await begun;
  expect(order).toEqual(['swept', 'begun']);
  await use[Symbol.asyncDispose]();
});
