// What happens to several processes at once, or to what one of them has stored. (at-every-moment does one thing to one process.)
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAllWell, inABlock, openChaosFleet, type ChaosFleet } from '../support/chaos-campaign.ts';
import { startFleet } from '../support/e2e-fleet.ts';
import { killNow, stopAsleep } from '../support/e2e-processes.ts';

const PROJECT = 'steady';
const STACKS = 2;

let chaos: ChaosFleet;

beforeAll(async () => {
  const fleet = await startFleet({ environment: { TROOP_LEASE_MS: '6000', TROOP_RETRY_BASE_MS: '50' } });
  chaos = await openChaosFleet(fleet);
  await chaos.know({ [PROJECT]: STACKS + 2 });
});
afterAll(async () => {
  await chaos.close();
  await chaos.fleet.stop();
});

test('the broker is killed in the middle of a block and comes back with nothing', async () => {
  await chaos.campaign('broker-wiped', { project: PROJECT, stacks: STACKS });
  await inABlock(chaos, 'broker-wiped');
  const pid = await chaos.natsPid();
  // Asleep, so that it is not started again before its store is gone.
  stopAsleep([pid]);
  await rm(join(chaos.fleet.data, 'nats', 'store'), { recursive: true, force: true });
  expect(killNow(pid)).toBe(true);
  await expectAllWell(chaos, 'broker-wiped', STACKS);
});

test('agent, broker, database and coordinator are killed at one blow', async () => {
  await chaos.campaign('all-killed', { project: PROJECT, stacks: STACKS });
  await inABlock(chaos, 'all-killed');
  const pids = [await chaos.agentPid(), await chaos.natsPid(), ...(await chaos.postgresPids())];
  expect(killNow(chaos.fleet.pid())).toBe(true);
  for (const pid of pids) killNow(pid);
  await chaos.fleet.restart();
  await expectAllWell(chaos, 'all-killed', STACKS);
});
