// A message that can never be recorded, whatever is tried: it is kept as evidence without its body, so that its sender
// may forget it and the end of its trial does not wait for it. What the trial measured counts less for it, no more.
import type { Pool } from 'pg';
import { execute, sqlFile } from '../store/sql-file.ts';
import { storableText } from '../store/storable.ts';
import { isUuid } from './job-row.ts';
import type { TrialMessage } from './trial-message.ts';

const insertStaleSql = sqlFile(import.meta.url, 'insert-stale-message.sql');

/** Counted by `count-trial-messages.sql` among what has come. */
const UNSTORABLE = 'unstorable';

export async function rejectTrialMessage(
  pool: Pool,
  agentId: string,
  id: string,
  rejected: { readonly message: TrialMessage; readonly reason: string },
): Promise<void> {
  if (!isUuid(agentId)) return;
  const { kind, body } = rejected.message;
  const note = JSON.stringify({ reason: storableText(rejected.reason).slice(0, 2000) });
  await execute(pool, insertStaleSql, [id, agentId, body.jobId, body.epoch, kind, UNSTORABLE, note]);
}
