// One slice of a log. Logs are evidence and decide nothing, so they are taken from whoever held the job in that epoch,
// even after it was over.
import type { Pool } from 'pg';
import { trialMessageId, type LogMessage } from '../../shared/protocol/trial-messages.ts';
import { execute, queryOne, sqlFile } from '../store/sql-file.ts';
import { storableText } from '../store/storable.ts';
import { isUuid } from './job-row.ts';
import type { Recorded } from './recorded.ts';

const findHolderSql = sqlFile<{ found: boolean }>(import.meta.url, 'find-holder.sql');
const insertSql = sqlFile(import.meta.url, 'insert-log-part.sql');

/** A slice of somebody who never held the job is dropped: it could be anything. */
export async function recordLogPart(pool: Pool, agentId: string, message: LogMessage): Promise<Recorded> {
  const id = trialMessageId('log', message);
  const { jobId, epoch } = message;
  if (!isUuid(jobId) || !isUuid(agentId)) return { id, stored: 'stale', reason: 'unknown_job' };
  const holder = await queryOne(pool, findHolderSql, [jobId, epoch, agentId]);
  if (holder === null) return { id, stored: 'stale', reason: 'not_the_holder' };
  const { stackId, part, parts } = message;
  const values = [jobId, epoch, stackId, storableText(message.phase), part, parts, Buffer.from(message.gzip)];
  const inserted = await execute(pool, insertSql, values);
  return { id, stored: inserted === 1 ? 'accepted' : 'duplicate' };
}
