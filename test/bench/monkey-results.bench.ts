// What the next stacks of a campaign cost after very many results, from the feeder through the sampling thread and back: of the
// coordinator's main thread, whose turns others wait for, of all its threads together, and of a restart, when a stream is taken
// up from its log. Processor time, since it does not depend on who else uses the machine.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { beforeAll, expect, it } from 'vitest';
import { createCampaign } from '../../coordinator/campaign/create-campaign.ts';
import { feedOnce, type FeederDependencies } from '../../coordinator/campaign/feeder.ts';
import { openKnowledgeStore } from '../../coordinator/knowledge/store/knowledge-store.ts';
import { campaignStreams } from '../../coordinator/sampling/campaign-streams.ts';
import type { openWorkerEngine } from '../../coordinator/sampling/worker-engine.ts';
import { silentLogger } from '../../shared/runtime/logger.ts';
import { formatReleaseLine } from '../../shared/stack/snapshot.ts';
import { setup as buildPrograms } from '../support/build-programs.ts';
import { createWorld, type World } from '../support/campaign-world.ts';
import { tensorflowShaped } from '../support/monkey/large-knowledge.ts';
import { rounded, tellFigure } from './figures.ts';

const RESULTS = (process.env['TROOP_BENCH_RESULTS'] ?? '100,1000,10000').split(',').map(Number);
const STRATEGIES = [
  'hill-climbing',
  'annealing',
  'temporal-difference',
  'mcts',
  'adaptive',
  'recursive-search',
];
/** Then it has its answer. */
const MOST_OF_BISECT = 100;
const PASSES = 3;
/** Ten jobs of three stacks: what a pass makes at most. */
const A_PASS = 30;
const MOST_MS = 50;
const TICK_MS = 5;
const TIMEOUT_MS = 3_600_000;

beforeAll(buildPrograms, 600_000);

/** Processor time of the main thread, which has the id of the process. */
const mainThreadMs = (): number =>
  Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;

function allThreadsMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

interface Cost {
  readonly mainMs: number;
  readonly otherMs: number;
  /** The longest turn of the main thread. */
  readonly turnMs: number;
  readonly wallMs: number;
}

async function costOf(act: () => Promise<unknown>): Promise<Cost> {
  let last = mainThreadMs();
  let turnMs = 0;
  const tick = setInterval(() => {
    const now = mainThreadMs();
    turnMs = Math.max(turnMs, now - last);
    last = now;
  }, TICK_MS);
  const [main, all, wall] = [last, allThreadsMs(), performance.now()];
  await act();
  const mainMs = mainThreadMs() - main;
  clearInterval(tick);
  return { mainMs, otherMs: allThreadsMs() - all - mainMs, turnMs, wallMs: performance.now() - wall };
}

/** Bytes that messages to threads take while something is done. */
async function bytesSent(act: () => Promise<unknown>): Promise<number> {
  const post = Object.getOwnPropertyDescriptor(Worker.prototype, 'postMessage');
  if (post === undefined) throw new Error('threads take no messages');
  let bytes = 0;
  const counting = function (this: Worker, message: unknown): void {
    bytes += serialize(message).length;
    Reflect.apply(post.value as Worker['postMessage'], this, [message]);
  };
  Object.defineProperty(Worker.prototype, 'postMessage', { ...post, value: counting });
  try {
    await act();
  } finally {
    Object.defineProperty(Worker.prototype, 'postMessage', post);
  }
  return bytes;
}

/** The programs as they are built: a thread of Node does not run TypeScript. */
async function openEngine({ url: databaseUrl }: World) {
  const built = new URL('../../dist/coordinator/sampling/worker-engine.js', import.meta.url);
  const program = (await import(built.href)) as { readonly openWorkerEngine: typeof openWorkerEngine };
  return program.openWorkerEngine({ settings: { knowledge: { databaseUrl } }, logger: silentLogger });
}

async function* snapshotFile(): AsyncGenerator<Uint8Array> {
  const header = { format: 'troop-knowledge', version: 1, created: '2026-01-01T00:00:00Z' };
  yield Buffer.from(`${JSON.stringify({ ...header, indexes: [{ name: 'pip' }] })}\n`);
  for (const release of tensorflowShaped('1')) {
    const filename = `${release.name.replaceAll('-', '_')}-${release.version}-py3-none-any.whl`;
    const files = [{ filename, sha256: '0'.repeat(64) }];
    yield Buffer.from(`${formatReleaseLine({ ...release, files })}\n`);
  }
}

/**
 * As if as many stacks had been given and inspected, and their stream told of them after every pass. What they are is kept of every
 * one that the stream of the seed gave.
 */
async function inspected({ pool }: World, results: number, seed: string): Promise<void> {
  const { rows } = await pool.query<{ id: string; lock: string; campaign: string }>(
    `select e.id, e.campaign_id as campaign, i.lock_digest as lock
     from campaign_environments e join inspections i on i.environment_id = e.id limit 1`,
  );
  const [{ id, lock, campaign } = { id: '', lock: '', campaign: '' }] = rows;
  await pool.query(
    `insert into inspections (id, campaign_id, environment_id, lane, target, role, position, stack_id, lock_digest,
       outcome, decided_at, is_told, stream_position, sampling)
     select gen_random_uuid(), $1, $2, 'any', 'linux_x86_64-cp311', 'candidate', n, 'made-up-' || n, $3,
       'succeeded', now(), true, n, jsonb_build_object('seed', $5::text, 'position', n, 'number', (n * 1e20::numeric)::text)
     from generate_series(0, $4::int - 1) n`,
    [campaign, id, lock, results, seed],
  );
  await pool.query(
    `insert into learned_results (environment_id, sequence, place, emitted, inspection_id, position, log_ratio)
     select environment_id, position / $2, position % $2 + 1, least((position / $2 + 1) * $2, $3), id, position,
       case when position % 20 = 0 then null else sin(position * 12.9898) * 0.4 end
     from inspections where environment_id = $1 and role = 'candidate'`,
    [id, A_PASS, results],
  );
  await pool.query(`update campaign_environments set sampled = $2, drawn = $2, cursor = $3 where id = $1`, [
    id,
    results,
    { emitted: results, ...(seed === '1' ? {} : { isShared: true }) },
  ]);
  await pool.query('analyze');
}

/** Every stack that was given and is not decided comes out as fast as another one. */
async function decide({ pool }: World): Promise<void> {
  await pool.query(`update jobs set state = 'finished' where state = 'queued'`);
  await pool.query(
    `insert into claims (job_id, epoch, agent_id, hardware_epoch)
     select j.id, 1, (select id from agents limit 1), 1 from jobs j on conflict do nothing`,
  );
  await pool.query(
    `with decided as (
       update inspections set outcome = 'succeeded', decided_at = now()
       where outcome is null and role = 'candidate' returning id, job_id, position
     )
     insert into comparisons (inspection_id, benchmark, metric, unit, direction, job_id, epoch, baseline_stack_id,
       ratio, confidence, blocks)
     select id, 'matmul', 'elapsed', 'ms', 'lower', job_id, 1, 'any', 1 + 0.4 * sin(position), 0.95, 8 from decided`,
  );
}

async function campaignOf(world: World, feeder: FeederDependencies, strategy: string): Promise<void> {
  for (let agent = 0; agent < A_PASS; agent++) await world.addAgent();
  const saved = await openKnowledgeStore(world.pool).importSnapshot(snapshotFile());
  const request = {
    name: randomUUID(),
    requirements: ['flow'],
    environments: [{ python: '3.11' }],
    sampling: { count: 1_000_000, seed: '1', ...(strategy === 'mix' ? {} : { strategy }) },
    benchmarks: [{ indicator: 'matmul' }],
    trial: { stacks: 3, blocks: 8 },
  };
  await createCampaign(feeder, request, saved.id);
}

const mean = (costs: readonly Cost[], key: keyof Cost): number =>
  costs.reduce((sum, cost) => sum + cost[key], 0) / costs.length;

const CASES = RESULTS.flatMap((results) =>
  [...STRATEGIES, ...(results > MOST_OF_BISECT ? [] : ['bisect']), 'mix'].map(
    (strategy) => [strategy, results] as const,
  ),
);

it.each(CASES)(
  '%s after %i results',
  async (strategy, results) => {
    const world = await createWorld();
    const engine = await openEngine(world);
    const feeder = { ...world.feeder, openStream: campaignStreams(engine) };
    try {
      await campaignOf(world, feeder, strategy);
      await inspected(world, results, strategy === 'mix' ? '1/mix/2' : '1');
      const pass = async (): Promise<void> => {
        await feedOnce(feeder);
      };
      const takenUp = await costOf(pass);
      const passes: Cost[] = [];
      while (passes.length < PASSES) {
        await decide(world);
        passes.push(await costOf(pass));
      }
      await decide(world);
      const bytes = await bytesSent(pass);
      const given = await world.rows('select drawn from campaign_environments');
      expect(given).toEqual([{ drawn: results + (PASSES + 2) * A_PASS }]);
      tellFigure(
        {
          bench: 'monkey-results',
          figure: `longest turn of a pass of ${strategy} after ${results} results`,
          ours: Math.max(...passes.map(({ turnMs }) => turnMs)),
          unit: 'ms',
          goal: { atMost: MOST_MS },
        },
        {
          mainMsPerStack: rounded(mean(passes, 'mainMs') / A_PASS),
          otherMsPerStack: rounded(mean(passes, 'otherMs') / A_PASS),
          bytesPerStack: Math.round(bytes / A_PASS),
          takenUpMs: Math.round(takenUp.wallMs),
          takenUpMainMs: Math.round(takenUp.mainMs),
          takenUpOtherMs: Math.round(takenUp.otherMs),
          takenUpTurnMs: rounded(takenUp.turnMs),
          residentMegabytes: Math.round(process.memoryUsage.rss() / 2 ** 20),
        },
      );
    } finally {
      await engine.stop();
      await world.close();
    }
  },
  TIMEOUT_MS,
);
