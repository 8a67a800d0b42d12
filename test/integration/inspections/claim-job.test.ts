import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expireLeases } from '../../../coordinator/inspections/expire-leases.ts';
import { renewLease } from '../../../coordinator/inspections/renew-lease.ts';
import { createWorld, LEASE_MS, type World } from '../../support/campaign-world.ts';
import { rethrow } from '../../support/rethrow.ts';

let world: World;

beforeEach(async () => {
  world = await createWorld({ maximumConnections: 20 });
});
afterEach(async () => {
  await world.close();
});

const expire = () => expireLeases({ pool: world.pool, policy: world.policy, random: () => 0.5 }, rethrow);

test('one of twenty machines that claim one job at once gets it', async () => {
  const agents = await Promise.all(Array.from({ length: 20 }, () => world.addAgent()));
  await world.createCampaign();
  await world.feed();
  const offer = await world.takeOffer();
  const jobId = offer?.jobId ?? '';
  const replies = await Promise.all(agents.map((agent) => world.claim(agent, jobId)));
  const granted = replies.filter((reply) => reply.verdict === 'granted');
  expect(granted).toHaveLength(1);
  expect(granted[0]).toMatchObject({ epoch: 1, leaseMs: LEASE_MS });
  const refusals = replies.flatMap((reply) => (reply.verdict === 'refused' ? [reply.refusal] : []));
  expect(new Set(refusals)).toEqual(new Set(['claimed']));
});

test('one machine that claims many jobs at once gets one', async () => {
  const agents = await Promise.all(Array.from({ length: 4 }, () => world.addAgent()));
  await world.createCampaign({ sampling: { count: 24 } });
  await world.feed();
  const jobs = await world.rows<{ id: string }>('select id from jobs');
  expect(jobs.length).toBeGreaterThanOrEqual(8);
  const replies = await Promise.all(jobs.map(({ id }) => world.claim(agents[0] ?? '', id)));
  expect(replies.filter((reply) => reply.verdict === 'granted')).toHaveLength(1);
  expect(replies.filter((reply) => reply.verdict === 'refused' && reply.refusal === 'busy')).toHaveLength(
    jobs.length - 1,
  );
});

test('the grant holds what the trial needs', async () => {
  const agent = await world.addAgent();
  await world.createCampaign({ sampling: { count: 2, seed: 'why' } });
  await world.feed();
  const { trial, jobId } = await world.work(agent);
  expect(trial).toMatchObject({
    campaignName: 'question',
    lane: 'any',
    environment: { python: '3.11', platform: 'linux_x86_64' },
    benchmarks: [{ indicator: 'matmul', parameters: {} }],
    blocks: 4,
    seed: `why/${jobId}/1`,
    allowSdists: false,
  });
  expect(trial.baseline?.packages[0]?.version).toBe('9.0');
  expect(trial.candidates.map((stack) => stack.packages[0]?.version)).toEqual(['1.0', '1.1']);
});

test('a machine whose first answer was lost gets the same hold again', async () => {
  const agent = await world.addAgent();
  await world.createCampaign();
  await world.feed();
  const grant = await world.work(agent);
  const again = await world.claim(agent, grant.jobId);
  expect(again).toMatchObject({ verdict: 'granted', epoch: grant.epoch });
  expect(await world.rows('select epoch from claims')).toHaveLength(1);
});

test.each([
  ['an unknown job', 'unknown', async () => {}],
  [
    'a machine that is draining',
    'draining',
    (agent: string) => world.pool.query(`update agents set admin_state = 'draining' where id = $1`, [agent]),
  ],
  [
    'a machine that has left the lane',
    'mismatch',
    (agent: string) =>
      world.pool.query('update agent_lanes set eligible = false where agent_id = $1', [agent]),
  ],
  [
    'a machine whose hardware has changed',
    'mismatch',
    (agent: string) => world.pool.query(`update agents set hardware_digest = 'other' where id = $1`, [agent]),
  ],
  ['a campaign that is paused', 'not_yet', () => world.pool.query(`update campaigns set state = 'paused'`)],
  [
    'a lane whose baseline was rejected',
    'not_yet',
    () => world.pool.query(`update baselines set state = 'rejected'`),
  ],
  [
    'a job that has to wait',
    'not_yet',
    () => world.pool.query(`update jobs set not_before = clock_timestamp() + interval '30 seconds'`),
  ],
  ['a job that is over', 'finished', () => world.pool.query(`update jobs set state = 'finished'`)],
  ['a job that is dead', 'dead', () => world.pool.query(`update jobs set state = 'dead'`)],
  ['a job that was cancelled', 'cancelled', () => world.pool.query(`update jobs set state = 'cancelled'`)],
] as const)('refuses %s as %s', async (_what, refusal, prepare) => {
  const agent = await world.addAgent();
  await world.createCampaign();
  await world.feed();
  const offer = await world.takeOffer();
  await prepare(agent);
  const jobId = refusal === 'unknown' ? randomUUID() : (offer?.jobId ?? '');
  expect(await world.claim(agent, jobId)).toMatchObject({ verdict: 'refused', refusal });
});

test('refuses what is no id at all', async () => {
  expect(await world.claim(await world.addAgent(), 'job-1')).toMatchObject({ refusal: 'unknown' });
});

test('an offer that a refused claim has used up is made again', async () => {
  const [early, late] = [await world.addAgent({ state: 'draining' }), await world.addAgent()];
  await world.createCampaign({ sampling: { count: 3 } });
  await world.feed();
  const offer = await world.takeOffer();
  await world.claim(early, offer?.jobId ?? '', offer?.offerSequence);
  await world.feed();
  expect(await world.work(late)).toMatchObject({ jobId: offer?.jobId, epoch: 1 });
});

test('a renewed lease covers an announced silence, and only for its holder and epoch', async () => {
  const [holder, other] = [await world.addAgent(), await world.addAgent()];
  await world.createCampaign();
  await world.feed();
  const { jobId, epoch } = await world.work(holder);
  const dependencies = { pool: world.pool, leaseMs: LEASE_MS };
  const quiet = await renewLease(dependencies, holder, { jobId, epoch, quietForMs: 20 * 60_000 });
  expect(quiet).toEqual({ verdict: 'ok', leaseMs: LEASE_MS + 20 * 60_000 });
  // A plain renewal that comes in late takes nothing back of what was granted.
  expect((await renewLease(dependencies, holder, { jobId, epoch })).verdict).toBe('ok');
  await world.letTimePass(15 * 60_000);
  expect(await expire()).toEqual([]);
  expect((await renewLease(dependencies, other, { jobId, epoch })).verdict).toBe('lost');
  expect((await renewLease(dependencies, holder, { jobId, epoch: epoch + 1 })).verdict).toBe('lost');
});

test('a lease that runs out queues the job again, and the next holder gets the next epoch', async () => {
  const [lost, next] = [await world.addAgent(), await world.addAgent()];
  await world.createCampaign();
  await world.feed();
  const first = await world.work(lost);
  await world.letTimePass(LEASE_MS + 1_000);
  expect(await expire()).toEqual([{ jobId: first.jobId, agentId: lost, epoch: 1, became: 'queued' }]);
  const dependencies = { pool: world.pool, leaseMs: LEASE_MS };
  expect((await renewLease(dependencies, lost, { jobId: first.jobId, epoch: 1 })).verdict).toBe('lost');
  expect(await world.claim(next, first.jobId)).toMatchObject({ verdict: 'granted', epoch: 2 });
});

test('two different machines lost in a row make a job poison: dead, its inspections lost to the fleet', async () => {
  const agents = [await world.addAgent(), await world.addAgent()];
  await world.createCampaign({ sampling: { count: 3 } });
  await world.feed();
  const { jobId } = await world.work(agents[0] ?? '');
  await world.letTimePass(LEASE_MS + 1_000);
  await expire();
  await world.claim(agents[1] ?? '', jobId);
  await world.letTimePass(LEASE_MS + 1_000);
  expect(await expire()).toMatchObject([{ became: 'dead' }]);
  expect(
    await world.rows(
      `select outcome, cause, code, count(*)::int from inspections where role = 'candidate' group by 1, 2, 3`,
    ),
  ).toEqual([{ outcome: 'lost', cause: 'fleet', code: 'TROOP-1321', count: 3 }]);
});

test('one machine that is lost again and again uses the attempts up', async () => {
  const agent = await world.addAgent();
  await world.createCampaign({ sampling: { count: 1 } });
  await world.feed();
  const { jobId } = await world.work(agent);
  const became: string[] = [];
  for (let round = 0; round < 5; round++) {
    await world.letTimePass(LEASE_MS + 1_000);
    became.push(...(await expire()).map((lease) => lease.became));
    await world.claim(agent, jobId);
  }
  expect(became).toEqual(['queued', 'queued', 'queued', 'queued', 'dead']);
});

test('a job that cannot be taken back does not keep the others', async () => {
  const agents = [await world.addAgent(), await world.addAgent()];
  await world.createCampaign();
  await world.feed();
  const bad = await world.work(agents[0] ?? '');
  await world.letTimePass(1000);
  const good = await world.work(agents[1] ?? '');
  await world.letTimePass(LEASE_MS + 1_000);
  await world.rows(
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'a defect'; end $$`,
  );
  await world.rows(
    `create trigger refuse before update on jobs for each row when (old.id = '${bad.jobId}') execute function refuse()`,
  );
  const failed: string[] = [];
  const dependencies = { pool: world.pool, policy: world.policy, random: () => 0.5 };
  const expired = await expireLeases(dependencies, (error, jobId) => {
    failed.push(`${jobId}: ${String(error)}`);
  });
  expect(expired).toMatchObject([{ jobId: good.jobId, became: 'queued' }]);
  expect(failed).toEqual([expect.stringContaining(`${bad.jobId}: error: a defect`)]);
});
