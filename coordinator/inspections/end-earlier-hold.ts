// An agent that was killed starts again: its new process says in which life it speaks, and what an earlier life of it
// holds is taken back at once, as if the lease had run out. Epochs fence as ever: what the dead process had spooled counts
// until somebody else claims the job, and is evidence from then on.
import { agentId as agentIdOf, asOutlived } from '../../shared/inspection/job-state.ts';
import type { AgentLife } from '../../shared/inspection/agent-life.ts';
import { transaction } from '../store/pool.ts';
import { queryOne, sqlFile } from '../store/sql-file.ts';
import type { ExpireDependencies } from './expire-leases.ts';
import { isUuid, lockJob } from './job-row.ts';
import { loseHold, type LostLease } from './lose-hold.ts';

interface EarlierHold {
  readonly id: string;
  readonly epoch: number;
  readonly life_number: number;
}

const findEarlierSql = sqlFile<EarlierHold>(import.meta.url, 'find-earlier-hold.sql');

const REASON = 'the agent was started again: the process that held the job is gone';

/** Gives what was taken back; null when no earlier life of the agent holds anything, as far as is known. */
export async function endEarlierHold(
  { pool, policy, random }: ExpireDependencies,
  agentId: string,
  life: AgentLife,
): Promise<LostLease | null> {
  if (!isUuid(agentId)) return null;
  const held = await queryOne(pool, findEarlierSql, [agentId, life.series, life.number]);
  if (held === null) return null;
  return await transaction(pool, async (client) => {
    const locked = await lockJob(client, held.id);
    if (locked?.job.state !== 'claimed' || locked.job.speaker !== agentIdOf(agentId)) return null;
    // Whatever has happened since, the life of a hold never changes.
    if (locked.job.epoch !== held.epoch) return null;
    const claimedIn = { series: life.series, number: held.life_number };
    const outlived = asOutlived(locked.job, claimedIn, life);
    return (
      outlived && (await loseHold(client, outlived, { policy, random, nowMs: locked.nowMs, reason: REASON }))
    );
  });
}
