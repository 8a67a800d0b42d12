// An agent is killed while it holds a job, under a lease longer than the test waits: only the word of its next life, that
// the earlier is over, lets the job go on.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAllWell, inABlock, openChaosFleet, type ChaosFleet } from '../support/chaos-campaign.ts';
import { startFleet } from '../support/e2e-fleet.ts';
import { killNow } from '../support/e2e-processes.ts';

const STACKS = 2;
const LEASE_MS = 3_600_000;

let chaos: ChaosFleet;

beforeAll(async () => {
  const environment = { TROOP_LEASE_MS: String(LEASE_MS), TROOP_RETRY_BASE_MS: '50' };
  chaos = await openChaosFleet(await startFleet({ environment }));
  await chaos.know({ steady: STACKS + 2 });
});
afterAll(async () => {
  await chaos.close();
  await chaos.fleet.stop();
});

test('an agent that was killed in the middle of a block goes on with its job as soon as it runs again', async () => {
  await chaos.campaign('killed', { project: 'steady', stacks: STACKS });
  const { id, epoch } = await inABlock(chaos, 'killed');
  expect(killNow(await chaos.agentPid())).toBe(true);
  await expectAllWell(chaos, 'killed', STACKS);

  const holds = await chaos.fleet.rows<{ epoch: number; ending: string; life: number }>(
    `select epoch, ending, life_number as life from claims
     where job_id = $1 and epoch >= $2 order by epoch limit 2`,
    [id, epoch],
  );
  expect(holds).toEqual([
    { epoch, ending: 'expired', life: 1 },
    { epoch: epoch + 1, ending: 'completed', life: 2 },
  ]);
});
