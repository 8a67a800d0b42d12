// The report of a campaign says of all valid stacks what its uniform sample allows.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadReport } from '../../../coordinator/campaign/load-report.ts';
import { createWorld, type World } from '../../support/campaign-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld({ candidates: 12 });
});
afterAll(async () => {
  await world.close();
});

test('a report speaks of all stacks by what was drawn with known probability', async () => {
  const agent = await world.addAgent();
  await world.createCampaign({
    sampling: { count: 6, strategy: 'uniform' },
    trial: { stacks: 3, blocks: 4 },
  });
  await world.feed();
  expect((await loadReport(world.pool, 'question')).wholeSpaces).toEqual([]);
  const grant = await world.work(agent);
  const [first] = grant.trial.candidates;
  if (first === undefined) throw new Error('a trial without stacks');
  await world.complete(grant, [
    {
      stackId: first.stack_id,
      failure: {
        cause: 'stack',
        phase: 'run',
        outcome: 'failed',
        code: 'TROOP-1501',
        message: 'broken',
        hint: '',
        excerpt: '',
      },
    },
  ]);
  // The world's machines have no facts to describe.
  await world.pool.query('update agents set fingerprint = null');
  expect((await loadReport(world.pool, 'question')).wholeSpaces).toEqual([
    expect.objectContaining({
      lane: 'any',
      strategy: 'uniform',
      method: 'hypergeometric',
      decided: 3,
      pending: 3,
      broken: 1,
    }),
  ]);
});
