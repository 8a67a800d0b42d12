// Rules that look at lanes: stacks are drawn once for all lanes, and inspected where no rule leaves them out.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { campaignProgress } from '../../../coordinator/campaign/show-campaign.ts';
import { createWorld, type World } from '../../support/campaign-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(async () => {
  await world.close();
});

test('a stack that a rule keeps from a lane is inspected on the others, and counts are those of each lane', async () => {
  await world.addAgent({ lanes: ['any', 'avx2'] });
  const campaign = await world.createCampaign({
    lanes: ['any', 'avx2'],
    sampling: { count: 6 },
    rules: [
      { drop: 'thing>=1.2,<1.5', when: { lanes: ['avx2'] } },
      { drop: 'thing==1.1', when: { lanes: ['any'] } },
    ],
  });
  await world.feed();
  const rows = await world.rows<{ lane: string; positions: readonly number[] }>(
    `select lane, array_agg(position order by position) as positions
     from inspections where role = 'candidate' group by lane order by lane`,
  );
  expect(rows).toEqual([
    { lane: 'any', positions: [0, 2, 3, 4, 5] },
    { lane: 'avx2', positions: [0, 1, 5] },
  ]);
  const progress = await campaignProgress(world.pool, campaign);
  expect(progress.totals.planned).toBe(8);
  expect(progress.notes.map(({ key }) => key)).toContain('lane-rules');
});
