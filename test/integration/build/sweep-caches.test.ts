import { link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CacheUses } from '../../../agent/build/cache-uses.ts';
import { EnvironmentStore } from '../../../agent/build/environment-store.ts';
import { KeptStore } from '../../../agent/build/kept/kept-store.ts';
import { createCacheSweeper, type CacheSweeper } from '../../../agent/build/sweep-caches.ts';
import { WheelStore } from '../../../agent/build/wheel-store.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

let root: string;
let clock: FakeClock;
let sweeper: CacheSweeper;
let missingBytes: number;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'troop-sweep-'));
  clock = createFakeClock();
  missingBytes = 0;
  for (const folder of ['environments', 'wheels', 'cache']) await mkdir(join(root, folder));
  sweeper = createCacheSweeper({
    environments: new EnvironmentStore(join(root, 'environments')),
    store: new WheelStore({ root: join(root, 'wheels'), nextId: () => 'id' }),
    kept: new KeptStore({ root: join(root, 'kept'), clock: systemClock, nextId: () => 'id' }),
    uses: new CacheUses({ root: join(root, 'uses'), clock: systemClock, nextId: () => 'id' }),
    builderCache: join(root, 'cache'),
    workspaces: join(root, 'workspaces'),
    maximumBytes: 1000,
    missingBytes: () => Promise.resolve(missingBytes),
    clock,
  });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const fill = (name: string, bytes: number): Promise<void> =>
  writeFile(join(root, 'cache', name), 'x'.repeat(bytes));
const left = async (): Promise<readonly string[]> =>
  (await readdir(root)).filter((name) => name !== 'uses').toSorted();

test('the cache of the builder goes when it alone holds more than its share', async () => {
  await fill('unpacked', 201);
  await sweeper.sweep();
  expect(await left()).toEqual(['environments', 'wheels']);
});

test('what environments share with it does not count: removing it would free nothing', async () => {
  await fill('unpacked', 201);
  await link(join(root, 'cache', 'unpacked'), join(root, 'environments', 'linked'));
  await sweeper.sweep();
  expect(await left()).toEqual(['cache', 'environments', 'wheels']);
});

test('sweeps at once when much was added', async () => {
  await sweeper.sweep();
  await fill('unpacked', 201);
  sweeper.noteBuilt(100);
  await sweeper.sweepWhenDue();
  expect(await left()).toContain('cache');
  sweeper.noteBuilt(1);
  await sweeper.sweepWhenDue();
  expect(await left()).not.toContain('cache');
});

test('sweeps again only after a while', async () => {
  await sweeper.sweep();
  await fill('unpacked', 201);
  await sweeper.sweepWhenDue();
  expect(await left()).toContain('cache');
  await clock.advance(15 * 60_000);
  await sweeper.sweepWhenDue();
  expect(await left()).not.toContain('cache');
});

test('sweeps at once when the disk is nearly full, and as much as is missing', async () => {
  await fill('unpacked', 150);
  await sweeper.sweep();
  missingBytes = 10;
  await sweeper.sweepWhenDue();
  expect(await left()).not.toContain('cache');
});
