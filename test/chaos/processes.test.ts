// Processes are killed and put to sleep at moments that matter: whatever happens, every inspection is decided once, and
// nothing is left behind. (test/e2e/kill-nine.test.ts kills agent, broker and coordinator in the middle of blocks.)
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  expectAllWell,
  inABlock,
  leaseRunOut,
  openChaosFleet,
  somethingUnsaid,
  takenBack,
  whileFeeding,
  type ChaosFleet,
} from '../support/chaos-campaign.ts';
import { startFleet } from '../support/e2e-fleet.ts';
import { killNow, stopAsleep, wakeUp } from '../support/e2e-processes.ts';

const PROJECT = 'steady';
const STACKS = 2;

let chaos: ChaosFleet;

beforeAll(async () => {
  const fleet = await startFleet({ environment: { TROOP_LEASE_MS: '6000', TROOP_RETRY_BASE_MS: '50' } });
  chaos = await openChaosFleet(fleet);
  await chaos.project(PROJECT, STACKS + 2);
});
afterAll(async () => {
  await chaos.close();
  await chaos.fleet.stop();
});

test('the agent is killed while it fetches what it builds', async () => {
  chaos.index.fail(/\.whl$/, { kind: 'silence' }, 1);
  await chaos.campaign('killed-in-build', { project: PROJECT, stacks: STACKS });
  await chaos.index.whenAsked(/\.whl$/);
  expect(killNow(await chaos.agentPid())).toBe(true);
  await expectAllWell(chaos, 'killed-in-build', STACKS);
});

test('the agent sleeps through its lease in the middle of a block, and goes on', async () => {
  await chaos.campaign('agent-asleep', { project: PROJECT, stacks: STACKS });
  const held = await inABlock(chaos, 'agent-asleep');
  const pid = await chaos.agentPid();
  stopAsleep([pid]);
  await takenBack(chaos, held);
  wakeUp([pid]);
  await expectAllWell(chaos, 'agent-asleep', STACKS);
});

test('the coordinator sleeps until a lease has run out', async () => {
  await chaos.campaign('coordinator-asleep', { project: PROJECT, stacks: STACKS });
  const held = await inABlock(chaos, 'coordinator-asleep');
  stopAsleep([chaos.fleet.pid()]);
  await leaseRunOut(chaos, held);
  wakeUp([chaos.fleet.pid()]);
  await expectAllWell(chaos, 'coordinator-asleep', STACKS);
});

test('the broker sleeps until a lease has run out', async () => {
  await chaos.campaign('broker-asleep', { project: PROJECT, stacks: STACKS });
  const held = await inABlock(chaos, 'broker-asleep');
  const pid = await chaos.natsPid();
  stopAsleep([pid]);
  await takenBack(chaos, held);
  wakeUp([pid]);
  await expectAllWell(chaos, 'broker-asleep', STACKS);
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

test('the database is killed in the middle of a block', async () => {
  await chaos.campaign('database-killed', { project: PROJECT, stacks: STACKS });
  await inABlock(chaos, 'database-killed');
  for (const pid of await chaos.postgresPids()) killNow(pid);
  await expectAllWell(chaos, 'database-killed', STACKS);
});

test('the database sleeps until the agent has something to say', async () => {
  await chaos.campaign('database-asleep', { project: PROJECT, stacks: STACKS });
  await inABlock(chaos, 'database-asleep');
  const pids = await chaos.postgresPids();
  stopAsleep(pids);
  await somethingUnsaid(chaos);
  wakeUp(pids);
  await expectAllWell(chaos, 'database-asleep', STACKS);
});

test('the coordinator is killed while it feeds', async () => {
  await chaos.project('plenty', 10);
  await chaos.campaign('killed-in-feeding', { project: 'plenty', stacks: 8 });
  await whileFeeding(chaos, 'killed-in-feeding');
  expect(killNow(chaos.fleet.pid())).toBe(true);
  await chaos.fleet.restart();
  await expectAllWell(chaos, 'killed-in-feeding', 8);
});

test('agent, broker, database and coordinator are killed at one blow', async () => {
  await chaos.campaign('all-killed', { project: 'plenty', stacks: STACKS });
  await inABlock(chaos, 'all-killed');
  const pids = [await chaos.agentPid(), await chaos.natsPid(), ...(await chaos.postgresPids())];
  expect(killNow(chaos.fleet.pid())).toBe(true);
  for (const pid of pids) killNow(pid);
  await chaos.fleet.restart();
  await expectAllWell(chaos, 'all-killed', STACKS);
});
