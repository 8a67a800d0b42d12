import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cancelCampaign, pauseCampaign, resumeCampaign } from '../../../coordinator/campaign/change-state.ts';
import { feedOnce } from '../../../coordinator/campaign/feeder.ts';
import { queuesOfAgent } from '../../../coordinator/campaign/queues-of-agent.ts';
import { reconcileOnce } from '../../../coordinator/campaign/reconciler.ts';
import { campaignProgress, listCampaigns } from '../../../coordinator/campaign/show-campaign.ts';
import { listInspections } from '../../../coordinator/inspections/show-inspection.ts';
import { whyNotRunning } from '../../../coordinator/inspections/why-not-running.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import {
  createWorld,
  LEASE_MS,
  originOf,
  TARGET,
  type World,
  type WorldOptions,
} from '../../support/campaign-world.ts';
import { baselineName, candidateName, fakeStack } from '../../support/fake-stack.ts';
import { until } from '../../support/until.ts';

let world: World;
const open = async (options: WorldOptions = {}) => {
  world = await createWorld(options);
};
beforeEach(() => open());
afterEach(async () => {
  await world.close();
});

/** Another world than the usual one. */
const reopen = async (options: WorldOptions) => {
  await world.close();
  await open(options);
};
const depth = (lane = 'any') => world.broker.queueDepth({ lane, target: TARGET, priority: 1 });
const reconcile = () => reconcileOnce({ pool: world.pool, broker: world.broker, logger: silentLogger });
const stackFailure = {
  outcome: 'failed',
  cause: 'stack',
  phase: 'import',
  code: 'TROOP-1501',
  message: 'it broke',
} as const;
const environment = { implementation: 'cpython', python: '3.11', platform: 'linux_x86_64' } as const;
const state = async () => (await listCampaigns(world.pool))[0]?.state;
const why = async (role: 'baseline' | 'candidate' = 'candidate') => {
  const all = await listInspections(world.pool, { outcome: 'pending' });
  return await whyNotRunning(world.pool, all.find((inspection) => inspection.role === role)?.id ?? '');
};

describe('the window of offers', () => {
  test('is two for one machine, and samples no more than it needs', async () => {
    await world.addAgent();
    await world.createCampaign({ sampling: { count: 60 } });
    await world.feed();
    expect(await depth()).toBe(2);
    expect(await world.rows('select sampled, cursor from campaign_environments')).toEqual([
      { sampled: 6, cursor: 6 },
    ]);
    await world.feed();
    expect(await depth()).toBe(2);
    expect(await world.rows('select count(*)::int from jobs')).toEqual([{ count: 2 }]);
  });

  test('is topped up when an offer was claimed', async () => {
    const agent = await world.addAgent();
    await world.createCampaign({ sampling: { count: 60 } });
    await world.feed();
    await world.work(agent);
    await world.feed();
    expect(await depth()).toBe(2);
  });

  test('grows with the machines that are online and may serve', async () => {
    for (let count = 0; count < 5; count++) await world.addAgent();
    await world.addAgent({ online: false });
    await world.addAgent({ state: 'draining' });
    await world.addAgent({ lanes: ['avx2'] });
    await world.createCampaign({ sampling: { count: 100 }, trial: { stacks: 1, blocks: 4 } });
    await world.feed();
    expect(await depth()).toBe(10);
  });

  test('wakes the machines that are idle', async () => {
    await world.addAgent();
    await world.createCampaign();
    await world.feed();
    expect(world.woken).toEqual([`any.${TARGET}`]);
  });

  test('holds nothing for a queue that nobody can serve, and says why', async () => {
    await world.addAgent({ lanes: ['any'] });
    await world.createCampaign({ lanes: ['any', 'avx512f'] });
    await world.feed();
    expect([await depth('any'), await depth('avx512f')]).toEqual([2, 0]);
    const { lanes } = await campaignProgress(world.pool, 'question');
    expect(lanes.map((lane) => [lane.lane, lane.unserviceable_reason === null])).toEqual([
      ['any', true],
      ['avx512f', false],
    ]);
    expect(lanes[1]?.unserviceable_reason).toContain('No machine may serve lane avx512f');
  });

  test('draws on past stacks that are known already', async () => {
    for (let count = 0; count < 2; count++) await world.addAgent();
    await world.createCampaign({ baseline: 'none', sampling: { count: 4 }, trial: { stacks: 1, blocks: 4 } });
    const given = [0, 1, 1, 0, 2, 1, 3, 4].map((number) => fakeStack(environment, candidateName(number)));
    let position = 0;
    const stream = {
      next: async () => Promise.resolve(given[position++] ?? null),
      get cursor() {
        return position;
      },
    };
    await feedOnce({ ...world.feeder, openStream: async () => Promise.resolve(stream) });
    expect(await world.rows('select stream_position from inspections order by position')).toEqual(
      [0, 1, 4, 6].map((place) => ({ stream_position: place })),
    );
    expect(await world.rows('select sampled, drawn, cursor, dry from campaign_environments')).toEqual([
      { sampled: 4, drawn: 7, cursor: 7, dry: false },
    ]);
  });

  test('samples each stack once, for every lane', async () => {
    await world.addAgent({ lanes: ['any', 'avx2'] });
    await world.createCampaign({ lanes: ['any', 'avx2'], sampling: { count: 4 } });
    await world.feed();
    expect(
      await world.rows(
        `select lane, count(*)::int, count(distinct stack_id)::int as stacks from inspections
         where role = 'candidate' group by lane order by lane`,
      ),
    ).toEqual([
      { lane: 'any', count: 4, stacks: 4 },
      { lane: 'avx2', count: 4, stacks: 4 },
    ]);
  });

  test('keeps with each inspection where its stack came from, and nothing with a baseline', async () => {
    await world.addAgent();
    await world.createCampaign({ sampling: { count: 3 } });
    await world.feed();
    const kept = await world.rows<{ role: string; sampling: unknown }>(
      'select role, sampling from inspections order by role, position',
    );
    expect(kept).toEqual([
      { role: 'baseline', sampling: null },
      ...[0, 1, 2].map((position) => ({ role: 'candidate', sampling: originOf(position, 100) })),
    ]);
  });

  test('is shared fairly between campaigns, and an urgent one has a queue of its own', async () => {
    for (let count = 0; count < 3; count++) await world.addAgent();
    await world.createCampaign({ name: 'first', sampling: { count: 100 } });
    await world.createCampaign({ name: 'second', sampling: { count: 100 } });
    await world.createCampaign({ name: 'urgent', priority: 'high', sampling: { count: 1 } });
    await world.feed();
    expect(
      await world.rows(
        `select c.name, count(*)::int from jobs j join campaigns c on c.id = j.campaign_id
         where j.last_offer_at is not null group by c.name order by c.name`,
      ),
    ).toEqual([
      { name: 'first', count: 3 },
      { name: 'second', count: 3 },
      { name: 'urgent', count: 1 },
    ]);
    expect(await world.takeOffer({ priority: 0 })).not.toBeNull();
  });

  test('reaches the machine as the list of queues it may serve', async () => {
    const agent = await world.addAgent({ lanes: ['any', 'avx2'] });
    await world.createCampaign({ lanes: ['any', 'avx2', 'cuda'] });
    await world.feed();
    const queues = await queuesOfAgent(world.pool, agent, (left, right) => (left < right ? 1 : -1));
    expect(queues.map((queue) => queue.lane)).toEqual(['avx2', 'any']);
  });
});

describe('pausing and cancelling', () => {
  test('a paused campaign gets no offers, and goes on where it was', async () => {
    const agent = await world.addAgent();
    await world.createCampaign();
    await world.feed();
    await pauseCampaign(world.pool, 'question');
    const offer = await world.takeOffer();
    expect(await world.claim(agent, offer?.jobId ?? '', offer?.offerSequence)).toMatchObject({
      refusal: 'not_yet',
    });
    await world.feed();
    expect(await depth()).toBe(1);
    expect(await why()).toContain('Campaign question is paused.');
    await resumeCampaign(world.pool, 'question');
    await world.feed();
    expect(await depth()).toBe(2);
  });

  test('a cancelled campaign decides everything that nobody holds, and names the holders', async () => {
    const agent = await world.addAgent();
    await world.createCampaign({ sampling: { count: 6 } });
    await world.feed();
    const grant = await world.work(agent);
    expect(await cancelCampaign(world.pool, 'question')).toEqual([
      { jobId: grant.jobId, agentId: agent, epoch: 1 },
    ]);
    const pending = await listInspections(world.pool, { outcome: 'pending' });
    expect(pending.map((inspection) => inspection.job_id)).toEqual(Array(3).fill(grant.jobId));
    await world.complete(grant);
    expect(await listInspections(world.pool, { outcome: 'succeeded' })).toHaveLength(3);
    expect(await listInspections(world.pool, { outcome: 'pending' })).toEqual([]);
    await expect(resumeCampaign(world.pool, 'question')).rejects.toMatchObject({ code: 'TROOP-1305' });
  });

  /** A pass during which the campaign is cancelled, while a stream is being opened. */
  const feedWhileCancelled = () =>
    feedOnce({
      ...world.feeder,
      openStream: async (request) => {
        await cancelCampaign(world.pool, 'question');
        return await world.feeder.openStream(request);
      },
    });
  const leftOver = async () => ({
    pending: await listInspections(world.pool, { outcome: 'pending' }),
    jobs: await world.rows(`select id from jobs where state in ('queued', 'claimed')`),
  });

  test('a campaign that is cancelled while its stacks are drawn gets none of them', async () => {
    await world.addAgent();
    await world.createCampaign();
    await feedWhileCancelled();
    expect(await leftOver()).toEqual({ pending: [], jobs: [] });
  });

  test('a campaign that is cancelled while its next baseline is drawn does not get it', async () => {
    await world.addAgent();
    await world.createCampaign();
    await world.feed();
    await world.rows(`update baselines set state = 'rejected'`);
    await feedWhileCancelled();
    expect(await leftOver()).toEqual({ pending: [], jobs: [] });
  });

  test('a job that a machine gives back at the very moment is cancelled too', async () => {
    const agent = await world.addAgent();
    await world.createCampaign({ sampling: { count: 3 } });
    await world.feed();
    await world.work(agent);
    const machine = await world.pool.connect();
    await machine.query('begin');
    await machine.query(`update jobs set state = 'queued', agent_id = null, lease_ends_at = null`);
    const cancelling = cancelCampaign(world.pool, 'question');
    await until(async () => {
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return (await world.rows(waiting)).length > 0;
    });
    await machine.query('commit');
    machine.release();
    expect(await cancelling).toEqual([]);
    expect(await leftOver()).toEqual({ pending: [], jobs: [] });
  });
});

describe('the list of campaigns', () => {
  test('counts plans of any size', async () => {
    const id = await world.createCampaign();
    await world.rows(
      `insert into campaign_environments (id, campaign_id, position, target, environment, planned)
       select gen_random_uuid(), $1, number, 'target', '{}', 1000000 from generate_series(1, 99) number`,
      [id],
    );
    await world.rows(
      `insert into campaign_lanes (campaign_id, lane, position) select $1, 'lane-' || number, number from generate_series(2, 50) number`,
      [id],
    );
    expect(await listCampaigns(world.pool)).toMatchObject([
      { name: 'question', inspections: 0, decided: 0, planned: (99 * 1_000_000 + 6) * 50 },
    ]);
  });

  test('has the newest first, and those of one state alone where that is asked for', async () => {
    const agent = await world.addAgent();
    await world.createCampaign({ sampling: { count: 3 } });
    await world.feed();
    await world.complete(await world.work(agent));
    await world.createCampaign({ name: 'later' });
    const counts = { inspections: 3, decided: 3, planned: 3 };
    expect(await listCampaigns(world.pool)).toMatchObject([{ name: 'later', decided: 0 }, counts]);
    expect(await listCampaigns(world.pool, { limit: 1 })).toMatchObject([{ name: 'later' }]);
    await cancelCampaign(world.pool, 'later');
    expect(await listCampaigns(world.pool, { state: 'running' })).toMatchObject([{ name: 'question' }]);
  });
});

describe('a broker that loses things', () => {
  test('is filled again at once after it was emptied', async () => {
    await world.addAgent();
    await world.createCampaign();
    await world.feed();
    await reconcile();
    await world.feed();
    world.hub.wipe();
    expect(await reconcile()).toMatchObject({ wasEmptied: true, forgotten: 2 });
    await world.feed();
    expect(await depth()).toBe(2);
    expect(await reconcile()).toMatchObject({ wasEmptied: false, forgotten: 0 });
  });

  test('is filled again when the coordinator died between commit and publish', async () => {
    const agent = await world.addAgent();
    await world.createCampaign({ sampling: { count: 3 } });
    await reconcile();
    await world.feed();
    await world.takeOffer();
    // As after a crash: the database says that the offer is out, and the broker has never had it.
    await world.rows(`update jobs set offer_sequence = 7, last_offer_at = clock_timestamp()`);
    expect(await reconcile()).toMatchObject({ forgotten: 0 });
    await world.letTimePass(31_000);
    expect(await reconcile()).toMatchObject({ wasEmptied: false, forgotten: 1 });
    await world.feed();
    expect(await world.work(agent)).toMatchObject({ epoch: 1 });
  });

  test('has an old offer made again, and the job is still held once', async () => {
    const [first, second] = [await world.addAgent(), await world.addAgent()];
    await world.createCampaign({ sampling: { count: 3 } });
    await reconcile();
    await world.feed();
    await world.letTimePass(10 * 60_000 + 1_000);
    expect(await reconcile()).toMatchObject({ forgotten: 1 });
    await world.feed();
    expect(await depth()).toBe(2);
    const grant = await world.work(first);
    const doubled = await world.takeOffer();
    expect(doubled?.jobId).toBe(grant.jobId);
    expect(await world.claim(second, grant.jobId)).toMatchObject({ refusal: 'claimed' });
  });

  test('that is away leaves the jobs to the next pass', async () => {
    await world.addAgent();
    await world.createCampaign();
    world.hub.stop();
    await world.feed();
    expect(await world.rows('select count(last_offer_at)::int from jobs')).toEqual([{ count: 0 }]);
    world.hub.start();
    await world.feed();
    expect(await depth()).toBe(2);
  });

  test('that stores some offers and not others leaves these alone to the next pass', async () => {
    for (let count = 0; count < 2; count++) await world.addAgent();
    await world.createCampaign({ sampling: { count: 100 }, trial: { stacks: 1, blocks: 4 } });
    const { broker } = world;
    const answers = ['stored', 'full', 'away', 'stored'];
    const offer: typeof broker.offer = async (...offered) => {
      const answer = answers.shift();
      if (answer === 'full') return 'full';
      if (answer === 'away') throw new Error('the broker is away');
      return await broker.offer(...offered);
    };
    await feedOnce({ ...world.feeder, broker: { ...broker, offer } });
    const out = 'select last_offer_at is not null as out from jobs order by id';
    expect(await world.rows(out)).toEqual([true, false, false, true].map((isOut) => ({ out: isOut })));
    expect(await depth()).toBe(2);
    await world.feed();
    expect(await depth()).toBe(4);
  });

  test('is rid of queues that no campaign needs', async () => {
    const agent = await world.addAgent();
    await world.createCampaign({ sampling: { count: 1 } });
    await world.feed();
    await world.complete(await world.work(agent));
    await world.feed();
    await world.letTimePass(11 * 60_000);
    expect((await reconcile()).removedQueues).toEqual([{ lane: 'any', target: TARGET, priority: 1 }]);
    expect(await world.rows('select * from queues')).toEqual([]);
  });
});

describe('the baseline', () => {
  const reject = async (agent: string) => {
    const grant = await world.work(agent);
    await world.complete(grant, [{ stackId: grant.trial.baseline?.stack_id ?? '', failure: stackFailure }]);
    await world.feed();
    return grant;
  };

  test('that does not work on a lane is replaced there by the next, and its candidates are inspected again', async () => {
    const [agent, other] = [await world.addAgent(), await world.addAgent({ lanes: ['avx2'] })];
    await world.createCampaign({ lanes: ['any', 'avx2'], sampling: { count: 3 } });
    await world.feed();
    const first = await reject(agent);
    const second = await world.work(agent);
    expect(second).toMatchObject({ jobId: first.jobId, epoch: 2 });
    expect(second.trial.baseline?.stack_id).toBe(fakeStack(environment, baselineName(1)).stack_id);
    expect(second.trial.candidates).toHaveLength(3);
    expect((await world.work(other, { lane: 'avx2' })).trial.baseline?.stack_id).toBe(
      fakeStack(environment, baselineName(0)).stack_id,
    );
    const { notes } = await campaignProgress(world.pool, 'question');
    expect(notes.map((note) => note.text)).toEqual([
      `Baseline 1 does not work on lane any (${TARGET}), so the next one is taken: it broke`,
    ]);
    expect(await world.rows('select infra_attempts from jobs where id = $1', [first.jobId])).toEqual([
      { infra_attempts: 0 },
    ]);
  });

  test('is frozen by the first good trial: what breaks it later is the machine', async () => {
    const [agent, other] = [await world.addAgent(), await world.addAgent()];
    await world.createCampaign({ sampling: { count: 6 } });
    await world.feed();
    const [good, bad] = [await world.work(agent), await world.work(other)];
    await world.complete(good);
    await world.complete(bad, [{ stackId: bad.trial.baseline?.stack_id ?? '', failure: stackFailure }]);
    expect(await world.rows('select rank, state from baselines')).toEqual([{ rank: 0, state: 'proved' }]);
    expect(await world.rows('select infra_attempts from jobs where id = $1', [bad.jobId])).toEqual([
      { infra_attempts: 1 },
    ]);
  });

  test('does not let numbers against a rejected one count', async () => {
    const [agent, other] = [await world.addAgent(), await world.addAgent()];
    await world.createCampaign({ sampling: { count: 6 } });
    await world.feed();
    const [slow, fast] = [await world.work(agent), await world.work(other)];
    await world.complete(fast, [{ stackId: fast.trial.baseline?.stack_id ?? '', failure: stackFailure }]);
    await world.complete(slow);
    expect(await listInspections(world.pool, { outcome: 'succeeded' })).toEqual([]);
    expect(await world.rows('select state, infra_attempts from jobs where id = $1', [slow.jobId])).toEqual([
      { state: 'queued', infra_attempts: 0 },
    ]);
  });

  test('has the lane given up when none of them works, and the campaign still ends', async () => {
    await reopen({ baselines: 2 });
    const agent = await world.addAgent();
    await world.createCampaign({ sampling: { count: 3 } });
    await world.feed();
    await reject(agent);
    await reject(agent);
    await world.feed();
    expect(await state()).toBe('finished');
    const candidates = (await listInspections(world.pool)).filter(({ role }) => role === 'candidate');
    expect(candidates.map(({ outcome, code }) => [outcome, code])).toEqual(
      Array(3).fill(['failed', 'TROOP-1325']),
    );
  });

  test('is inspected alone when nothing is left to compare it with', async () => {
    await reopen({ candidates: 0 });
    const agent = await world.addAgent();
    await world.createCampaign();
    await world.feed();
    await world.feed();
    const grant = await world.work(agent);
    expect(grant.trial.baseline).toBeNull();
    expect(grant.trial.candidates).toHaveLength(1);
    await world.complete(grant);
    await world.feed();
    expect(await state()).toBe('finished');
    expect(await world.rows('select role, outcome from inspections')).toEqual([
      { role: 'baseline', outcome: 'succeeded' },
    ]);
  });
});

describe('the end of a campaign', () => {
  test('comes when everything planned is decided', async () => {
    const agent = await world.addAgent();
    await world.createCampaign({ sampling: { count: 5 } });
    await world.feed();
    await world.complete(await world.work(agent));
    await world.feed();
    expect(await state()).toBe('running');
    await world.complete(await world.work(agent));
    expect((await world.feed()).finished).toHaveLength(1);
    const { totals, campaign } = await campaignProgress(world.pool, 'question');
    expect(totals).toEqual({ planned: 5, decided: 5, machinesBusy: 0 });
    expect(campaign.finished_at).toBeInstanceOf(Date);
  });

  test('says that the space was smaller than what was asked for', async () => {
    await reopen({ candidates: 2 });
    const agent = await world.addAgent();
    await world.createCampaign({ sampling: { count: 50 } });
    await world.feed();
    await world.complete(await world.work(agent));
    await world.feed();
    expect(await state()).toBe('finished');
    const { notes } = await campaignProgress(world.pool, 'question');
    expect(notes.map(({ text }) => text)).toEqual([
      `The space of ${TARGET} holds only 2 stacks beside the baseline, of 50 that were asked for.`,
    ]);
  });

  test('comes early when the budget is used up: what runs is finished, the rest is not started', async () => {
    const agent = await world.addAgent();
    await world.createCampaign({ sampling: { count: 50 }, budget: { machineHours: 0.5 } });
    await world.feed();
    const grant = await world.work(agent);
    await world.rows(`update claims set claimed_at = claimed_at - interval '31 minutes'`);
    await world.feed();
    expect(await state()).toBe('running');
    await world.complete(grant);
    await world.feed();
    expect(await state()).toBe('finished');
    expect(await listInspections(world.pool, { outcome: 'succeeded' })).toHaveLength(4);
    const notStarted = await listInspections(world.pool, { outcome: 'cancelled' });
    expect(notStarted.map(({ code }) => code)).toEqual(Array(notStarted.length).fill('TROOP-1327'));
    expect((await campaignProgress(world.pool, 'question')).notes.map(({ key }) => key)).toEqual(['budget']);
  });

  test('is reached without a baseline too, every stack alone', async () => {
    const agent = await world.addAgent();
    await world.createCampaign({ baseline: 'none', sampling: { count: 2 } });
    await world.feed();
    const grant = await world.work(agent);
    expect(grant.trial.baseline).toBeNull();
    await world.complete(grant);
    await world.feed();
    expect(await state()).toBe('finished');
    expect(await world.rows('select count(*)::int from comparisons')).toEqual([{ count: 0 }]);
    expect(await world.rows(`select count(*)::int from measurements where metric = 'wall'`)).toEqual([
      { count: 2 },
    ]);
  });
});

describe('why an inspection is not running', () => {
  test('nobody has joined', async () => {
    const agent = await world.addAgent();
    await world.createCampaign();
    await world.feed();
    await world.rows('delete from agents where id = $1', [agent]);
    expect(await why()).toContain('No machine has joined the fleet yet.');
  });

  test('everybody is offline', async () => {
    await world.addAgent();
    await world.createCampaign();
    await world.feed();
    await world.rows('update agents set last_seen_at = null');
    expect((await why()).join(' ')).toContain('is offline');
  });

  test('the machine is at work, or will take it soon', async () => {
    const agent = await world.addAgent();
    await world.createCampaign({ sampling: { count: 6 } });
    await world.feed();
    expect((await why()).join(' ')).toContain('It is on offer since');
    await world.work(agent);
    const sentences = await Promise.all(
      (await listInspections(world.pool)).map(({ id }) => whyNotRunning(world.pool, id)),
    );
    expect(sentences.flat().some((text) => text.startsWith('It is running on agent-'))).toBe(true);
    expect(sentences.flat().some((text) => text.includes('is at work (1)'))).toBe(true);
  });

  test('the fleet has spoiled it, and it waits', async () => {
    await reopen({ policy: { backoffBaseMs: 30_000 } });
    const agent = await world.addAgent();
    await world.createCampaign({ sampling: { count: 1 } });
    await world.feed();
    const grant = await world.work(agent);
    const failure = {
      ...stackFailure,
      cause: 'fleet',
      phase: 'fetch',
      message: 'the index was unreachable',
    } as const;
    await world.complete(grant, [{ stackId: grant.trial.candidates[0]?.stack_id ?? '', failure }]);
    const sentences = await why();
    expect(sentences[0]).toBe('It was tried 1 times; last time: the index was unreachable.');
    expect(sentences[1]).toMatch(/^It is not to be tried again for another (?:29|30) s\.$/);
    expect(LEASE_MS).toBeGreaterThan(0);
  });

  test('the baseline waits for a trial', async () => {
    await world.addAgent();
    await world.createCampaign();
    expect(await why('baseline')).toContain(
      'The baseline is decided by the first trial that measures against it.',
    );
  });
});
