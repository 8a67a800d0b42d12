import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCampaign } from '../../../coordinator/campaign/create-campaign.ts';
import { feedOnce, type FeederDependencies } from '../../../coordinator/campaign/feeder.ts';
import {
  logUntoldResults,
  readNumbers,
  readTellings,
} from '../../../coordinator/campaign/learned-results.ts';
import type { OpenStream, StreamRequest } from '../../../coordinator/campaign/stack-stream.ts';
import { snapshotOf } from '../../../coordinator/knowledge/store/release-lookup.ts';
import type { LearnedResults } from '../../../coordinator/monkey/strategies/strategy.ts';
import { campaignStreams } from '../../../coordinator/sampling/campaign-streams.ts';
import { createSamplingEngine } from '../../../coordinator/sampling/engine.ts';
import type { Failure } from '../../../shared/protocol/common.ts';
import { createWorld, SNAPSHOT, type World } from '../../support/campaign-world.ts';
import { baselineName, candidateName, fakeStack } from '../../support/fake-stack.ts';
import { madeUpKnowledge } from '../../support/monkey/made-up-knowledge.ts';

const COUNT = 24;
const broken: Failure = {
  outcome: 'failed',
  cause: 'stack',
  phase: 'run',
  code: 'TROOP-1701',
  message: 'it broke',
};

const releases = madeUpKnowledge({ seed: '1', releases: 6 });
const snapshot = snapshotOf(
  SNAPSHOT,
  {
    format: 'troop-knowledge',
    version: 1,
    created: '2026-01-01T00:00:00Z',
    indexes: [{ name: 'pip' }],
  },
  new Map(releases.map(({ name }) => [name, releases.filter((each) => each.name === name)])),
);
const freshStreams = (): OpenStream =>
  campaignStreams(
    createSamplingEngine(async () => await Promise.resolve(snapshot), {
      tellings: async (log, from) => await readTellings(world.pool, log, from),
      numbers: async ({ id }) => await readNumbers(world.pool, id),
    }),
  );

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await world.close();
});

async function create(feeder: FeederDependencies, sampling: Record<string, unknown>): Promise<void> {
  const request = {
    name: 'question',
    requirements: ['suite'],
    sampling: { count: COUNT, seed: 'seven', ...sampling },
    benchmarks: [{ indicator: 'matmul' }],
    trial: { stacks: 3, blocks: 4 },
  };
  await createCampaign(feeder, request, SNAPSHOT);
}

/** Feeds and completes all jobs of the window, again and again until all is sampled; a third of the stacks breaks. */
async function run(open: () => OpenStream, sampling: Record<string, unknown>): Promise<void> {
  const agent = await world.addAgent();
  await create({ ...world.feeder, openStream: open() }, sampling);
  for (let stacks = 0; stacks < COUNT; stacks += 6) {
    await feedOnce({ ...world.feeder, openStream: open() });
    for (let job = 0; job < 2; job++) {
      const grant = await world.work(agent);
      const failures = grant.trial.candidates
        .filter(({ stack_id: id }) => Number.parseInt(id.slice(-1), 16) % 3 === 0)
        .map(({ stack_id: stackId }) => ({ stackId, failure: broken }));
      await world.complete(grant, failures);
    }
  }
}

/** Streams of which the first candidate serves as the baseline, so that it is left out. */
function countingStreams(): { readonly requests: StreamRequest[]; readonly openStream: OpenStream } {
  const requests: StreamRequest[] = [];
  const openStream: OpenStream = async (request) => {
    await Promise.resolve();
    if (request.purpose === 'candidates') requests.push(request);
    let position = typeof request.cursor === 'number' ? request.cursor : 0;
    const nameOf = (each: number): string =>
      request.purpose === 'baselines' || each === 0 ? baselineName(each) : candidateName(each);
    return {
      next: async () => {
        await Promise.resolve();
        position += 1;
        return fakeStack(request.environment, nameOf(position - 1));
      },
      get cursor() {
        return position;
      },
    };
  };
  return { requests, openStream };
}

async function tellingsOf({ learned }: Partial<StreamRequest> = {}): Promise<readonly LearnedResults[]> {
  return learned === undefined ? [] : await readTellings(world.pool, learned, 0);
}

const sampled = async (): Promise<unknown[]> =>
  await world.rows(
    `select position, stream_position, stack_id from inspections where role = 'candidate' order by position`,
  );

const learned = async (): Promise<unknown[]> =>
  await world.rows(
    `select sequence, place, emitted, position, log_ratio from learned_results order by sequence, place`,
  );

describe('a campaign whose strategy learns', () => {
  test.each([
    { name: 'adaptive', sampling: { strategy: 'adaptive', parameters: { warmUp: 3 } } },
    { name: 'the default mix', sampling: {} },
  ])('$name goes on after restarts as if there had been none', async ({ sampling }) => {
    const streams = freshStreams();
    await run(() => streams, sampling);
    const [stacks, log] = [await sampled(), await learned()];
    expect(stacks).toHaveLength(COUNT);
    expect(log.length).toBeGreaterThan(12);
    await world.close();

    world = await createWorld();
    await run(freshStreams, sampling);
    expect(await learned()).toEqual(log);
    expect(await sampled()).toEqual(stacks);
  });

  test('tells its stream of each decided candidate once, with the position in the stream', async () => {
    const { requests, openStream } = countingStreams();
    const agent = await world.addAgent();
    const feeder = { ...world.feeder, openStream };
    await create(feeder, { strategy: 'adaptive' });
    await feedOnce(feeder);
    const grant = await world.work(agent);
    const [first] = grant.trial.candidates;
    await world.complete(grant, [{ stackId: first?.stack_id ?? '', failure: broken }]);
    await feedOnce(feeder);
    const told = await tellingsOf(requests.at(-1));
    expect(told).toMatchObject([{ emitted: 7, results: [{ logRatio: null }, {}, {}] }]);
    const positions = grant.trial.candidates.map(({ packages }) => Number(packages[0]?.version.slice(2)));
    const results = told.flatMap((each) => each.results);
    expect(results.map(({ position }) => position)).toEqual(positions);
    expect([1, 4]).toContain(positions[0]);
    expect(results.at(-1)?.logRatio).toBeGreaterThan(0);
    const stored = await learned();
    await world.work(agent);
    await feedOnce(feeder);
    expect(await learned()).toEqual(stored);
    expect(await tellingsOf(requests.at(-1))).toEqual(told);
  });

  test('does not keep a draw whose stream was told less than its log has by then', async () => {
    const { openStream } = countingStreams();
    const agent = await world.addAgent();
    const feeder = { ...world.feeder, openStream };
    await create(feeder, { strategy: 'adaptive' });
    await feedOnce(feeder);
    await world.complete(await world.work(agent));
    const [before] = await world.rows<{ id: string; drawn: number }>(
      'select id, drawn from campaign_environments',
    );
    if (before === undefined) throw new Error('no environment');
    const [first, second] = [await world.work(agent), await sampled()];
    await feedOnce({
      ...feeder,
      openStream: async (request) => {
        await world.complete(first);
        await logUntoldResults(world.pool, before);
        return await openStream(request);
      },
    });
    expect(await sampled()).toEqual(second);
    await feedOnce(feeder);
    expect((await sampled()).length).toBeGreaterThan(second.length);
    const log = await world.rows('select sequence, emitted from learned_results group by 1, 2 order by 1');
    expect(log).toEqual([
      { sequence: 0, emitted: before.drawn },
      { sequence: 1, emitted: before.drawn },
    ]);
  });

  test('keeps nothing for a strategy that does not learn', async () => {
    const agent = await world.addAgent();
    await world.createCampaign({ sampling: { strategy: 'uniform', count: 12 } });
    await world.feed();
    await world.complete(await world.work(agent));
    await world.feed();
    expect(await learned()).toEqual([]);
    expect(world.opened.at(-1)?.learned).toBeUndefined();
  });
});
