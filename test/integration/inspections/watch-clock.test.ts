import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClockWatch, type ClockWatch } from '../../../coordinator/inspections/watch-clock.ts';
import { expireLeases } from '../../../coordinator/inspections/expire-leases.ts';
import { longestRetryDelayMs } from '../../../shared/inspection/retry-policy.ts';
import { MAXIMUM_QUIET_MS } from '../../../shared/inspection/transitions/renew.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { createWorld, LEASE_MS, type World } from '../../support/campaign-world.ts';
import { rethrow } from '../../support/rethrow.ts';

const HOUR_MS = 3_600_000;

let world: World;
let agent: string;
/** How far the coordinator's monotonic clock is ahead of the real one. */
let oursAheadMs: number;
let warnings: unknown[];

beforeEach(async () => {
  world = await createWorld({ policy: { backoffBaseMs: 30_000 } });
  agent = await world.addAgent();
  await world.createCampaign({ sampling: { count: 3 } });
  await world.feed();
  oursAheadMs = 0;
  warnings = [];
});
afterEach(async () => {
  await world.close();
});

const watch = (): ClockWatch => {
  const logger = { ...silentLogger, warn: (fields: object) => void warnings.push(fields) };
  const clock = { monotonicMs: () => systemClock.monotonicMs() + oursAheadMs };
  return createClockWatch({ pool: world.pool, policy: world.policy, leaseMs: LEASE_MS, clock, logger });
};

/** As if the database's clock had been set: everything in it is as far away as the clock jumped. */
const setClock = (byMs: number): Promise<void> => world.letTimePass(byMs);

test('a job that waits is not kept waiting by a clock that was set back', async () => {
  const offer = await world.takeOffer();
  await setClock(-3 * HOUR_MS);
  expect(await world.claim(agent, offer?.jobId ?? '')).toMatchObject({ refusal: 'not_yet' });
  expect(await watch().look()).toEqual({ letGo: 1, mayExpire: true });
  await world.feed();
  expect(await world.work(agent)).toMatchObject({ jobId: offer?.jobId });
});

test('a job that was lost waits before its next attempt, but not for the hours by which a clock was set back', async () => {
  const { jobId } = await world.work(agent);
  await world.letTimePass(LEASE_MS + 1000);
  await expireLeases({ pool: world.pool, policy: world.policy, random: () => 0.5 }, rethrow);
  expect(await watch().look()).toMatchObject({ letGo: 0 });
  expect(await world.claim(agent, jobId)).toMatchObject({ refusal: 'not_yet' });
  await setClock(-3 * HOUR_MS);
  expect(await watch().look()).toMatchObject({ letGo: 1 });
  expect(await world.claim(agent, jobId)).toMatchObject({ verdict: 'granted', epoch: 2 });
});

test('no lease ends later than one can have been granted', async () => {
  const { jobId } = await world.work(agent);
  expect(await watch().look()).toMatchObject({ letGo: 0 });
  await setClock(-3 * HOUR_MS);
  expect(await watch().look()).toMatchObject({ letGo: 1 });
  expect(await watch().look()).toMatchObject({ letGo: 0 });
  const [job] = await world.rows<{ left: number }>(
    `select extract(epoch from lease_ends_at - clock_timestamp())::float8 * 1000 as left from jobs where id = $1`,
    [jobId],
  );
  expect(job?.left).toBeLessThanOrEqual(LEASE_MS + MAXIMUM_QUIET_MS);
  expect(job?.left).toBeGreaterThan(LEASE_MS);
});

test('after a jump forward nothing is taken back for the time of one lease', async () => {
  const watched = watch();
  expect(await watched.look()).toMatchObject({ mayExpire: true });
  // The database's clock cannot be set here: ours falls behind it instead.
  oursAheadMs -= 3 * HOUR_MS;
  expect(await watched.look()).toMatchObject({ mayExpire: false });
  expect(warnings).toHaveLength(1);
  oursAheadMs += LEASE_MS / 2;
  expect(await watched.look()).toMatchObject({ mayExpire: false });
  oursAheadMs += LEASE_MS / 2;
  expect(await watched.look()).toMatchObject({ mayExpire: true });
});

test('a slow answer is no jump', async () => {
  const watched = watch();
  await watched.look();
  const slow = watched.look();
  oursAheadMs += 60_000;
  expect(await slow).toMatchObject({ mayExpire: true });
  expect(warnings).toEqual([]);
});

test('no retry policy lets a job wait longer than the bound', () => {
  expect(longestRetryDelayMs(world.policy)).toBe(1.5 * 30 * 60_000);
});
