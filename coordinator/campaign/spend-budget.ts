// A campaign that has taken its machine hours starts nothing more: what runs is finished, the rest is decided as not
// inspected, and the campaign says so.
import type { Pool } from 'pg';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { addNote } from '../inspections/judge-baseline.ts';
import { transaction } from '../store/pool.ts';
import { execute, queryRows, sqlFile } from '../store/sql-file.ts';

const readSpentSql = sqlFile<{ id: string; hours: number }>(import.meta.url, 'read-spent-budgets.sql');
const stopSamplingSql = sqlFile(import.meta.url, 'stop-sampling.sql');
const cancelQueuedSql = sqlFile(import.meta.url, 'cancel-queued-jobs.sql');
const cancelInspectionsSql = sqlFile(import.meta.url, 'cancel-inspections.sql');

export async function stopSpentCampaigns(pool: Pool): Promise<void> {
  for (const { id, hours } of await queryRows(pool, readSpentSql)) {
    const { code, message, hint } = new TroopError('TROOP-1327', { hours });
    await transaction(pool, async (client) => {
      await execute(client, stopSamplingSql, [id]);
      await execute(client, cancelQueuedSql, [id]);
      await execute(client, cancelInspectionsSql, [id, code, message, hint, true]);
      await addNote(
        client,
        id,
        'budget',
        `The budget of ${hours} machine hours is used up: nothing more is started.`,
      );
    });
  }
}
