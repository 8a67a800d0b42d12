// The last steps of a campaign: a baseline that had nothing to be compared with is inspected alone, a space that is
// smaller than what was asked for is said to be, and a campaign with everything decided is finished.
import type { Pool } from 'pg';
import type { Ids } from '../../shared/runtime/ids.ts';
import { addNote } from '../inspections/judge-baseline.ts';
import { transaction } from '../store/pool.ts';
import { execute, queryRows, sqlFile } from '../store/sql-file.ts';
import { insertJobs } from './plan-inspections.ts';

interface AloneRow {
  readonly environment_id: string;
  readonly lane: string;
  readonly inspection_id: string;
}

interface SmallSpaceRow {
  readonly campaign_id: string;
  readonly id: string;
  readonly target: string;
  readonly sampled: number;
  readonly planned: number;
}

const readAloneSql = sqlFile<AloneRow>(import.meta.url, 'read-baselines-to-inspect.sql');
const setJobSql = sqlFile(import.meta.url, 'set-inspection-job.sql');
const readSmallSql = sqlFile<SmallSpaceRow>(import.meta.url, 'read-small-spaces.sql');
const finishSql = sqlFile<{ id: string }>(import.meta.url, 'finish-campaigns.sql');

/** Gives the ids of the campaigns that came to their end. */
export async function finishCampaigns({
  pool,
  ids,
}: {
  readonly pool: Pool;
  readonly ids: Ids;
}): Promise<readonly string[]> {
  for (const { campaign_id: campaignId, id, target, sampled, planned } of await queryRows(
    pool,
    readSmallSql,
  )) {
    const text = `The space of ${target} holds only ${sampled} stacks beside the baseline, of ${planned} that were asked for.`;
    await addNote(pool, campaignId, `small-space/${id}`, text);
  }
  for (const row of await queryRows(pool, readAloneSql)) {
    await transaction(pool, async (client) => {
      const job = { id: ids.next(), lane: row.lane };
      await insertJobs(client, row.environment_id, [job]);
      const count = await execute(client, setJobSql, [row.inspection_id, job.id]);
      if (count === 0) throw new Error('a baseline was given two jobs at once');
    });
  }
  const finished = await queryRows(pool, finishSql);
  return finished.map(({ id }) => id);
}
