// Takes back the leases that ran out, each in a transaction of its own, so that one bad job does not keep the others.
import type { Pool } from 'pg';
import { asExpired } from '../../shared/inspection/job-state.ts';
import { transaction } from '../store/pool.ts';
import { queryRows, sqlFile } from '../store/sql-file.ts';
import { lockJob } from './job-row.ts';
import { loseHold, type LossOptions, type LostLease } from './lose-hold.ts';

export interface ExpireDependencies extends LossOptions {
  readonly pool: Pool;
}

const readExpiredSql = sqlFile<{ id: string }>(import.meta.url, 'read-expired-jobs.sql');

/** One pass over at most 100 jobs; gives those whose lease was taken back. `onFailure` hears of every other one, and the pass goes on. */
export async function expireLeases(
  dependencies: ExpireDependencies,
  onFailure: (error: unknown, jobId: string) => void,
): Promise<readonly LostLease[]> {
  const candidates = await queryRows(dependencies.pool, readExpiredSql);
  const expired: LostLease[] = [];
  for (const { id } of candidates) {
    try {
      const lease = await expireOne(dependencies, id);
      if (lease !== null) expired.push(lease);
    } catch (error) {
      onFailure(error, id);
    }
  }
  return expired;
}

async function expireOne(
  { pool, policy, random }: ExpireDependencies,
  id: string,
): Promise<LostLease | null> {
  return await transaction(pool, async (client) => {
    const locked = await lockJob(client, id);
    const late = locked?.job.state === 'claimed' ? asExpired(locked.job, locked.nowMs) : null;
    if (locked === null || late === null) return null;
    return await loseHold(client, late, { policy, random, nowMs: locked.nowMs, reason: null });
  });
}
