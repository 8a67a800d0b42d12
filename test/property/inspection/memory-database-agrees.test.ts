// The simulated fleets rest on a database in memory: it and PostgreSQL take the same steps here, give the same answers,
// and hold the same rows after each of them.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMemoryHub } from '../../../shared/broker/memory/memory-hub.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds, type Ids } from '../../../shared/runtime/ids.ts';
import { seededRandom } from '../../../shared/runtime/random.ts';
import { createWorld, type World } from '../../support/campaign-world.ts';
import {
  coordinatorStep,
  makeCampaign,
  takeCoordinatorStep,
  type CoordinatorStep,
  type StepTarget,
  type StepWorld,
} from '../../support/coordinator-steps.ts';
import { createMemoryDatabase } from '../../support/memory-database/memory-database.ts';
import { rowsOfPostgres, rowsOfTables } from '../../support/memory-database/same-rows.ts';
import type { Tables } from '../../support/memory-database/tables.ts';

const POLICY = { maximumInfraAttempts: 3, maximumRejections: 2, maximumEpochs: 6, backoffBaseMs: 20_000 };
const LANES = [['any'], ['any', 'avx2'], ['avx2'], ['any']];

let world: World;
let agents: string[];

beforeAll(async () => {
  world = await createWorld({ policy: POLICY, candidates: 5, baselines: 2 });
  agents = [];
  for (const lanes of LANES) agents.push(await world.addAgent({ lanes }));
});
afterAll(async () => {
  await world.close();
});

const sameIds = (seed: number): Ids => {
  const random = seededRandom(`ids/${seed}`);
  const clock = { ...systemClock, nowMs: () => 1_000_000 };
  return uuidIds(clock, (count) => Uint8Array.from({ length: count }, () => random.nextBelow(256)));
};

interface Pair {
  readonly real: StepWorld;
  readonly memory: StepWorld;
  readonly tables: Tables;
}

async function startPair(seed: number): Promise<Pair> {
  await world.rows(
    `truncate inspections, jobs, claims, campaigns, locks, queues, coordinator_memory, stale_messages cascade`,
  );
  const { policy, feeder, pool } = world;
  const common = { agents, policy };
  const realHub = createMemoryHub({ clock: systemClock });
  const real = {
    ...common,
    pool,
    broker: realHub.connect(),
    letTimePass: (ms: number) => world.letTimePass(ms),
    wipe: () => realHub.wipe(),
  };
  let offsetMs = 0;
  // Finer than a millisecond, as the database's own clock is.
  const clock = { nowMs: () => performance.timeOrigin + performance.now() + offsetMs };
  const database = createMemoryDatabase({ clock });
  const { tables } = database;
  for (const [index, id] of agents.entries()) {
    const agent = { id, admin_state: 'active', hardware_digest: 'hardware', lanes: LANES[index] ?? [] };
    tables.insert(tables.agents, id, agent);
  }
  tables.commit();
  const memoryHub = createMemoryHub({ clock: systemClock });
  const memoryPool = database.connect().pool;
  const memory = {
    ...common,
    pool: memoryPool,
    broker: memoryHub.connect(),
    letTimePass: (ms: number) => {
      offsetMs += ms;
      return Promise.resolve();
    },
    wipe: () => memoryHub.wipe(),
  };
  await real.broker.ensureTopology();
  await memory.broker.ensureTopology();
  return {
    real: { ...real, feeder: { ...feeder, broker: real.broker, ids: sameIds(seed) } },
    memory: {
      ...memory,
      feeder: { ...feeder, pool: memoryPool, broker: memory.broker, ids: sameIds(seed) },
    },
    tables,
  };
}

/** The job with that place among those that are open, or among all when none is. */
function targetOf(tables: Tables, step: CoordinatorStep): StepTarget | null {
  const all = [...tables.jobs.values()];
  const open = all.filter(({ state }) => state === 'queued' || state === 'claimed');
  const jobs = (open.length > 0 ? open : all).toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const index = 'job' in step ? step.job : 0;
  const job = jobs[index % Math.max(1, jobs.length)];
  if (job === undefined) return null;
  const claim = tables.claims.get(`${job.id}|${job.epoch}`);
  const inspections = [...tables.inspections.values()].filter((one) => one.job_id === job.id);
  const stacks = inspections.flatMap(({ lock_digest: digest }) => tables.locks.get(digest) ?? []);
  const ofBaseline = [...tables.locks.values()].find((lock) => lock.stack_id === claim?.baseline_stack_id);
  return {
    jobId: job.id,
    epoch: job.epoch,
    holder: claim?.agent_id ?? null,
    stacks: stacks.toSorted((left, right) => (left.stack_id < right.stack_id ? -1 : 1)),
    baseline: ofBaseline ?? null,
    campaign: job.campaign_id,
  };
}

test('after any steps, the database in memory answered what PostgreSQL did, and holds the same rows', async () => {
  let runs = 0;
  const campaigns = fc.array(
    fc.record({
      lanes: fc.constantFrom(['any'], ['avx2'], ['any', 'avx2']),
      baseline: fc.constantFrom('latest', 'latest', 'none'),
      count: fc.integer({ min: 1, max: 6 }),
      priority: fc.constantFrom('normal', 'normal', 'high'),
    }),
    { minLength: 1, maxLength: 2 },
  );
  await fc.assert(
    fc.asyncProperty(
      campaigns,
      fc.array(coordinatorStep, { minLength: 5, maxLength: 45, size: 'max' }),
      async (drawn, steps) => {
        runs += 1;
        const { real, memory, tables } = await startPair(runs);
        for (const [index, { count, ...campaign }] of drawn.entries()) {
          const request = {
            ...campaign,
            name: `run-${runs}-${index}`,
            sampling: { strategy: 'uniform', count },
          };
          expect(await makeCampaign(memory, request)).toEqual(await makeCampaign(real, request));
        }
        for (const step of [{ kind: 'feed' as const }, ...steps]) {
          const target = targetOf(tables, step);
          const expected = await takeCoordinatorStep(real, step, target);
          expect(await takeCoordinatorStep(memory, step, target)).toEqual(expected);
          expect(rowsOfTables(tables)).toEqual(await rowsOfPostgres(world));
        }
      },
    ),
    { numRuns: 40 },
  );
});
