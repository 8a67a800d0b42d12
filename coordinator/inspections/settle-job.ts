// Writes the state that a job has come to, ends the hold that led there, and decides what can no longer be decided by
// trying: a dead or cancelled job leaves nothing pending.
import { cancelled, givenUp } from '../../shared/inspection/decide.ts';
import type { Job } from '../../shared/inspection/job-state.ts';
import { execute, sqlFile, type Queryable } from '../store/sql-file.ts';
import { storableText } from '../store/storable.ts';
import { decideInspection, readPending } from './decide.ts';
import { saveJob } from './job-row.ts';

export interface HoldEnding {
  readonly ending: 'completed' | 'aborted' | 'expired' | 'cancelled';
  readonly reason: string | null;
}

const closeClaimSql = sqlFile(import.meta.url, 'close-claim.sql');

/** `hold`: how the hold of the job's epoch ended; null when there was none. The caller holds the job's lock. */
export async function settleJob(client: Queryable, job: Job, hold: HoldEnding | null): Promise<void> {
  await saveJob(client, job);
  if (hold !== null) {
    const reason = hold.reason === null ? null : storableText(hold.reason);
    await execute(client, closeClaimSql, [job.jobId, job.epoch, hold.ending, reason]);
  }
  if (job.state !== 'dead' && job.state !== 'cancelled') return;
  for (const pending of await readPending(client, job.jobId)) {
    const decision = job.state === 'cancelled' ? cancelled() : givenUp(pending.last_failure, job.reason);
    await decideInspection(client, pending.id, decision, { jobId: job.jobId, epoch: job.epoch });
  }
}
