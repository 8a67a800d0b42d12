// Keeps a shallow window of offers in every queue that has a machine to serve it. One pass: look at the queues that
// are needed, sample stacks where jobs run short, publish offers, wake who is idle. Priority, fairness, pausing and
// cancelling are decided in SQL at this very moment, so the broker needs to know of none of them.
import type { QueueName } from '../../shared/protocol/subjects.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import { execute, queryOne, queryRows, sqlFile } from '../store/sql-file.ts';
import { replaceBaselines } from './baseline.ts';
import { explainQueue } from './explain-queue.ts';
import { finishCampaigns } from './finish-campaigns.ts';
import { offerJobs, type OfferDependencies } from './offer-jobs.ts';
import { refreshTargets, type ServesEnvironment } from './refresh-targets.ts';
import { sampleStacks, type EnvironmentRow, type SamplingDependencies } from './sample-stacks.ts';
import { stopSpentCampaigns } from './spend-budget.ts';

export interface FeederDependencies extends OfferDependencies, SamplingDependencies {
  readonly logger: Logger;
  readonly servesEnvironment: ServesEnvironment;
  /** Tells idle machines that work may be waiting; at most once, and nothing depends on it. */
  readonly wake: (queue: QueueName, agentIds: readonly string[]) => Promise<void>;
}

interface QueueRow {
  readonly lane: string;
  readonly target: string;
  readonly priority: 0 | 1;
  readonly eligible_agents: number;
}

interface WaitingEnvironment extends EnvironmentRow {
  /** How many environments could be sampled for the queue, this one included. */
  readonly waiting: number;
}

const upsertQueuesSql = sqlFile<QueueRow>(import.meta.url, 'upsert-needed-queues.sql');
const setUnserviceableSql = sqlFile(import.meta.url, 'set-unserviceable.sql');
const countQueueSql = sqlFile<{ offered: number; ready: number }>(import.meta.url, 'count-queue.sql');
const readEnvironmentSql = sqlFile<WaitingEnvironment>(import.meta.url, 'read-environment-to-sample.sql');
const readIdleSql = sqlFile<{ agent_id: string }>(import.meta.url, 'read-idle-agents.sql');

/** Offers that may wait in a queue which so many machines serve. */
export const offerWindow = (eligibleAgents: number): number =>
  eligibleAgents === 0 ? 0 : Math.min(Math.max(2 * eligibleAgents, 2), 200);

/** Jobs a lane that one pass makes of one environment at most: the first offers should not wait for all the others. */
const JOBS_PER_DRAW = 10;

export interface FeedReport {
  readonly offered: number;
  readonly sampledJobs: number;
  readonly unserviceable: number;
  /** Campaigns that came to their end. */
  readonly finished: readonly string[];
}

const byUrgency = (left: QueueRow, right: QueueRow): number =>
  left.priority - right.priority ||
  (`${left.lane} ${left.target}` < `${right.lane} ${right.target}` ? -1 : 1);

/** One pass. A queue that fails is logged and does not keep the others from their turn. */
export async function feedOnce(dependencies: FeederDependencies): Promise<FeedReport> {
  const { pool, logger } = dependencies;
  await refreshTargets(pool, dependencies.servesEnvironment);
  await stopSpentCampaigns(pool);
  await replaceBaselines(dependencies);
  // The urgent ones first, and always in one order: the database gives them in any.
  const queues = (await queryRows(pool, upsertQueuesSql)).toSorted(byUrgency);
  let offered = 0;
  let sampledJobs = 0;
  for (const { eligible_agents: eligible, lane, target, priority } of queues) {
    const queue = { lane, target, priority };
    try {
      const fed = await feedQueue(dependencies, queue, eligible);
      offered += fed.offered;
      sampledJobs += fed.sampledJobs;
    } catch (error) {
      logger.error({ err: error, queue }, 'a queue could not be fed');
    }
  }
  const finished = await finishCampaigns(dependencies);
  const unserviceable = queues.filter((queue) => queue.eligible_agents === 0).length;
  return { offered, sampledJobs, unserviceable, finished };
}

async function feedQueue(
  dependencies: FeederDependencies,
  queue: QueueName,
  eligibleAgents: number,
): Promise<{ offered: number; sampledJobs: number }> {
  const { pool } = dependencies;
  if (eligibleAgents === 0) {
    const reason = (await explainQueue(pool, queue)).join(' ');
    await execute(pool, setUnserviceableSql, [queue.lane, queue.target, queue.priority, reason]);
    return { offered: 0, sampledJobs: 0 };
  }
  const key = [queue.lane, queue.target, queue.priority];
  const window = offerWindow(eligibleAgents);
  const count = await queryOne(pool, countQueueSql, [...key, window]);
  const room = window - (count?.offered ?? 0);
  if (room <= 0) return { offered: 0, sampledJobs: 0 };
  const sampledJobs = await sampleFor(dependencies, queue, room - (count?.ready ?? 0));
  const offered = await offerJobs(dependencies, queue, room);
  if (offered > 0) {
    const idle = await queryRows(pool, readIdleSql, [queue.lane, queue.target]);
    await dependencies.wake(
      queue,
      idle.map((row) => row.agent_id),
    );
  }
  return { offered, sampledJobs };
}

/** Has every environment of the queue give its share of the jobs that are missing; what is short is made up by the next pass. */
async function sampleFor(
  dependencies: FeederDependencies,
  queue: QueueName,
  missing: number,
): Promise<number> {
  const { pool, logger } = dependencies;
  const tried: string[] = [];
  let made = 0;
  while (made < missing) {
    const values = [queue.lane, queue.target, queue.priority, tried];
    const row = await queryOne(pool, readEnvironmentSql, values);
    if (row === null) return made;
    tried.push(row.id);
    try {
      const share = Math.ceil((missing - made) / row.waiting);
      made += await sampleStacks(dependencies, row, Math.min(share, JOBS_PER_DRAW));
    } catch (error) {
      logger.error({ err: error, environment: row.id }, 'an environment could not be sampled');
    }
  }
  return made;
}
