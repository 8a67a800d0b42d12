import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endEarlierHold } from '../../../coordinator/inspections/end-earlier-hold.ts';
import { renewLease } from '../../../coordinator/inspections/renew-lease.ts';
import type { AgentLife } from '../../../shared/inspection/agent-life.ts';
import { createWorld, LEASE_MS, type Grant, type World } from '../../support/campaign-world.ts';
import { blockOf } from '../../support/trial-blocks.ts';

const SERIES = randomUUID();
const life = (number: number, series = SERIES): AgentLife => ({ series, number });

let world: World;
let agent: string;

beforeEach(async () => {
  world = await createWorld();
  agent = await world.addAgent();
  await world.createCampaign({ sampling: { count: 2 } });
  await world.feed();
});
afterEach(async () => {
  await world.close();
});

const begin = (who: string, now: AgentLife) =>
  endEarlierHold({ pool: world.pool, policy: world.policy, random: () => 0.5 }, who, now);

const renew = async ({ agentId, jobId, epoch }: Grant): Promise<string> =>
  (await renewLease({ pool: world.pool, leaseMs: LEASE_MS }, agentId, { jobId, epoch })).verdict;

test('the next life of an agent ends what its earlier one holds, and says whose it was', async () => {
  const grant = await world.work(agent, {}, life(1));
  const { jobId } = grant;
  expect(await begin(agent, life(2))).toEqual({ jobId, agentId: agent, epoch: 1, became: 'queued' });
  expect(await renew(grant)).toBe('lost');
  const [claim] = await world.rows<{ ending: string; reason: string }>('select ending, reason from claims');
  expect(claim).toMatchObject({
    ending: 'expired',
    reason: expect.stringContaining('started again') as string,
  });
  const [job] = await world.rows('select infra_attempts, lost_on_agent_id from jobs where id = $1', [jobId]);
  expect(job).toEqual({ infra_attempts: 1, lost_on_agent_id: agent });

  await world.feed();
  expect(await world.work(agent, {}, life(2))).toMatchObject({ jobId, epoch: 2 });
  expect(await begin(agent, life(2))).toBeNull();
});

test('what the dead process had spooled counts until somebody claims the job, and is evidence then', async () => {
  const other = await world.addAgent();
  const grant = await world.work(agent, {}, life(1));
  const { jobId, epoch, trial } = grant;
  await begin(agent, life(2));
  const block = (n: number) =>
    world.record(agent, {
      kind: 'block',
      body: { jobId, epoch, n, block: blockOf(n, trial.baseline, trial.candidates) },
    });
  expect(await block(0)).toMatchObject({ stored: 'accepted' });
  await world.feed();
  await world.work(other, {}, life(1, randomUUID()));
  expect(await block(1)).toMatchObject({ stored: 'stale', reason: 'stale_epoch' });
});

test('all that was decided before the process died finishes the job', async () => {
  const grant = await world.work(agent, {}, life(1));
  await world.pool.query(
    `update inspections set outcome = 'succeeded', decided_at = clock_timestamp() where job_id = $1`,
    [grant.jobId],
  );
  expect(await begin(agent, life(2))).toMatchObject({ became: 'finished' });
});

test.each([
  ['the same life', life(3)],
  ['an earlier life, whose word comes late', life(2)],
  ['a folder that was wiped or copied', life(9, randomUUID())],
] as const)('%s ends nothing', async (_what, now) => {
  const grant = await world.work(agent, {}, life(3));
  expect(await begin(agent, now)).toBeNull();
  expect(await renew(grant)).toBe('ok');
});

test('another agent ends nothing, whatever it says', async () => {
  const other = await world.addAgent();
  const grant = await world.work(agent, {}, life(1));
  expect(await begin(other, life(2))).toBeNull();
  expect(await begin('job-1', life(2))).toBeNull();
  expect(await renew(grant)).toBe('ok');
});

test('the hold of an agent that knows nothing of lives is left to its lease', async () => {
  const grant = await world.work(agent);
  expect(await begin(agent, life(2))).toBeNull();
  expect(await renew(grant)).toBe('ok');
  expect(await world.claim(agent, grant.jobId)).toMatchObject({ verdict: 'granted', epoch: 1 });
});

test('a hold is granted again only to the process that has it', async () => {
  const { jobId } = await world.work(agent, {}, life(2));
  expect(await world.claim(agent, jobId, 1, life(2))).toMatchObject({ verdict: 'granted', epoch: 1 });
  const others = [life(3), life(1), life(2, randomUUID()), undefined];
  for (const other of others) {
    expect(await world.claim(agent, jobId, 1, other)).toMatchObject({ refusal: 'claimed' });
  }
});

test('of several words of a new life that come at once, one takes the hold back', async () => {
  const { jobId } = await world.work(agent, {}, life(1));
  const ended = await Promise.all([life(2), life(2), life(3)].map((now) => begin(agent, now)));
  expect(ended.filter((lost) => lost !== null)).toHaveLength(1);
  const [job] = await world.rows('select epoch, infra_attempts from jobs where id = $1', [jobId]);
  expect(job).toEqual({ epoch: 1, infra_attempts: 1 });
});
