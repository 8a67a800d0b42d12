// Takes back the leases that ran out, each in a transaction of its own, so that one bad job does not keep the others.
import type { Pool } from 'pg';
import { asExpired } from '../../shared/inspection/job-state.ts';
import type { RetryPolicy } from '../../shared/inspection/retry-policy.ts';
import { expire } from '../../shared/inspection/transitions/expire.ts';
import { finish } from '../../shared/inspection/transitions/finish.ts';
import { transaction } from '../store/pool.ts';
import { queryRows, sqlFile } from '../store/sql-file.ts';
import { readPending } from './decide.ts';
import { lockJob } from './job-row.ts';
import { settleJob } from './settle-job.ts';

export interface ExpireDependencies {
  readonly pool: Pool;
  readonly policy: RetryPolicy;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface ExpiredLease {
  readonly jobId: string;
  readonly agentId: string;
  readonly epoch: number;
  readonly became: 'queued' | 'dead' | 'cancelled' | 'finished';
}

const readExpiredSql = sqlFile<{ id: string }>(import.meta.url, 'read-expired-jobs.sql');

/** One pass over at most 100 jobs; gives those whose lease was taken back. */
export async function expireLeases(dependencies: ExpireDependencies): Promise<readonly ExpiredLease[]> {
  const candidates = await queryRows(dependencies.pool, readExpiredSql);
  const expired: ExpiredLease[] = [];
  for (const { id } of candidates) {
    const lease = await expireOne(dependencies, id);
    if (lease !== null) expired.push(lease);
  }
  return expired;
}

async function expireOne(
  { pool, policy, random }: ExpireDependencies,
  id: string,
): Promise<ExpiredLease | null> {
  return await transaction(pool, async (client) => {
    const locked = await lockJob(client, id);
    const late = locked?.job.state === 'claimed' ? asExpired(locked.job, locked.nowMs) : null;
    if (locked === null || late === null) return null;
    // What the lost machine had reported may have decided everything.
    const isDone = (await readPending(client, id)).length === 0;
    const next = isDone ? finish(late) : expire(late, { nowMs: locked.nowMs, policy, random: random() });
    await settleJob(client, next, { ending: 'expired', reason: null });
    return { jobId: id, agentId: late.speaker, epoch: late.epoch, became: next.state };
  });
}
