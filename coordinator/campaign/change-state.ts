// People pause, resume and cancel campaigns. Pausing stops offers and claims, what runs goes on; cancelling ends queued
// jobs at once and tells the machines that hold others.
import type { Pool } from 'pg';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { transaction } from '../store/pool.ts';
import { execute, queryOne, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';

export type CampaignState = 'running' | 'paused' | 'finished' | 'cancelled';

interface LockedCampaign {
  readonly id: string;
  readonly name: string;
  readonly state: CampaignState;
}

export interface HeldJob {
  readonly jobId: string;
  readonly agentId: string;
  readonly epoch: number;
}

const lockSql = sqlFile<LockedCampaign>(import.meta.url, 'lock-campaign.sql');
const changeSql = sqlFile(import.meta.url, 'change-state.sql');
const cancelJobsSql = sqlFile<{ job_id: string; agent_id: string; epoch: number }>(
  import.meta.url,
  'cancel-jobs.sql',
);
const cancelInspectionsSql = sqlFile(import.meta.url, 'cancel-inspections.sql');

/** `campaign` is an id or a name. Safe to repeat. Throws TROOP-1304, or TROOP-1305 when it is over. */
export const pauseCampaign = (pool: Pool, campaign: string): Promise<void> =>
  transaction(pool, async (client) => {
    await change(client, campaign, { from: ['running', 'paused'], to: 'paused' });
  });

/** Throws TROOP-1304, or TROOP-1305 when it is over. */
export const resumeCampaign = (pool: Pool, campaign: string): Promise<void> =>
  transaction(pool, async (client) => {
    await change(client, campaign, { from: ['running', 'paused'], to: 'running' });
  });

/** Gives the holders that should be told. Throws TROOP-1304, or TROOP-1305 when it is finished. */
export async function cancelCampaign(pool: Pool, campaign: string): Promise<readonly HeldJob[]> {
  return await transaction(pool, async (client) => {
    const { id } = await change(client, campaign, {
      from: ['running', 'paused', 'cancelled'],
      to: 'cancelled',
    });
    const held = await queryRows(client, cancelJobsSql, [id]);
    const { code, message, hint } = new TroopError('TROOP-1324');
    await execute(client, cancelInspectionsSql, [id, code, message, hint, false]);
    return held.map((row) => ({ jobId: row.job_id, agentId: row.agent_id, epoch: row.epoch }));
  });
}

async function change(
  client: Queryable,
  campaign: string,
  { from, to }: { from: readonly CampaignState[]; to: CampaignState },
): Promise<LockedCampaign> {
  const row = await queryOne(client, lockSql, [campaign]);
  if (row === null) throw new TroopError('TROOP-1304', { campaign });
  if (!from.includes(row.state)) {
    const wanted = to === 'running' ? 'resumed' : to;
    throw new TroopError('TROOP-1305', { campaign: row.name, state: row.state, wanted });
  }
  if (row.state !== to) await execute(client, changeSql, [row.id, to]);
  return row;
}
