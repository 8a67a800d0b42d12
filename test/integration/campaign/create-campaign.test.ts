import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCampaign } from '../../../coordinator/campaign/create-campaign.ts';
import { readScript } from '../../../coordinator/campaign/read-script.ts';
import { listCampaigns, showCampaign } from '../../../coordinator/campaign/show-campaign.ts';
import { createWorld, SNAPSHOT, type World } from '../../support/campaign-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld({ maximumConnections: 8 });
});
afterEach(async () => {
  await world.close();
});

const request = { name: 'question', requirements: ['thing'], benchmarks: [{ indicator: 'matmul' }] };
const create = (changes: object = {}) => createCampaign(world.feeder, { ...request, ...changes }, SNAPSHOT);

test('the same campaign created twice, even at once, is one campaign', async () => {
  const created = await Promise.all(Array.from({ length: 6 }, () => create()));
  expect(new Set(created.map(({ id }) => id)).size).toBe(1);
  expect(created.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(await create({ requirements: ['Thing'] })).toMatchObject({ isNew: false });
  expect(await listCampaigns(world.pool)).toHaveLength(1);
});

test('another campaign under a name that is taken is refused', async () => {
  await create();
  await expect(create({ requirements: ['thing>2'] })).rejects.toMatchObject({ code: 'TROOP-1303' });
});

test('a campaign whose trials are too short for any ratio is told so when it is made', async () => {
  expect((await create({ trial: { blocks: 3 } })).notes).toEqual([
    'trial.blocks is 3: a ratio to the baseline needs at least 4, so the report will show times alone',
  ]);
  expect((await create({ name: 'enough', trial: { blocks: 4 } })).notes).toEqual([]);
  expect((await create({ name: 'alone', trial: { blocks: 3 }, baseline: 'none' })).notes).toEqual([]);
});

test('every environment and lane gets its baseline, with an inspection that will prove it', async () => {
  await create({ lanes: ['any', 'avx2'], environments: [{ python: '3.11' }, { python: '3.12' }] });
  expect(
    await world.rows(`select target, lane, role, outcome, position from inspections order by target, lane`),
  ).toEqual(
    ['linux_x86_64-cp311', 'linux_x86_64-cp312'].flatMap((target) =>
      ['any', 'avx2'].map((lane) => ({ target, lane, role: 'baseline', outcome: null, position: 0 })),
    ),
  );
  expect(world.opened.map(({ purpose }) => purpose)).toEqual([
    'candidates',
    'baselines',
    'candidates',
    'baselines',
  ]);
});

test('requirements that nothing satisfies leave no campaign behind', async () => {
  const empty = {
    ...world.feeder,
    openStream: async () => Promise.resolve({ next: async () => Promise.resolve(null), cursor: null }),
  };
  await expect(createCampaign(empty, request, SNAPSHOT)).rejects.toMatchObject({
    code: 'TROOP-1306',
    facts: { environment: 'linux_x86_64-cp311' },
  });
  expect(await listCampaigns(world.pool)).toEqual([]);
});

test('scripts are kept by their content, once', async () => {
  const content = Buffer.from('print(1)');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const benchmarks = [{ script: { sha256, name: 'a.py', content: content.toString('base64') } }];
  await create({ benchmarks });
  await create({ name: 'other', benchmarks });
  expect(await readScript(world.pool, sha256)).toEqual({ sha256, name: 'a.py', content });
  await expect(readScript(world.pool, '0'.repeat(64))).rejects.toMatchObject({ code: 'TROOP-1312' });
});

test('a campaign is found by name and by id', async () => {
  const { id } = await create();
  expect((await showCampaign(world.pool, 'question')).id).toBe(id);
  expect((await showCampaign(world.pool, id)).definition.sampling.count).toBe(20);
  await expect(showCampaign(world.pool, 'nothing')).rejects.toMatchObject({ code: 'TROOP-1304' });
});

test('its knowledge snapshot cannot go while it is there', async () => {
  await create();
  await expect(world.rows('delete from knowledge_snapshots')).rejects.toThrow(/violates foreign key/);
});
