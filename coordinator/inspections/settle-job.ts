// Writes the state that a job has come to, ends the hold that led there, and decides what can no longer be decided by
// trying: a dead or cancelled job leaves nothing pending.
import { cancelled, givenUp } from '../../shared/inspection/decide.ts';
import type { CancelledJob, DeadJob, Job } from '../../shared/inspection/job-state.ts';
import { run, type Queryable } from '../store/sql-file.ts';
import { decideInspections, readPending } from './decide.ts';
import { savedJob, type HoldEnding } from './job-row.ts';

/** Whether what is pending in such a job has to be decided with it. */
export const leavesNothingPending = (job: Job): job is DeadJob | CancelledJob =>
  job.state === 'dead' || job.state === 'cancelled';

/** `hold`: how the hold of the job's epoch ended; null when there was none. The caller holds the job's lock. */
export async function settleJob(client: Queryable, job: Job, hold: HoldEnding | null): Promise<void> {
  await run(client, savedJob(job, hold));
  if (!leavesNothingPending(job)) return;
  const decisions = (await readPending(client, job.jobId)).map(({ id, last_failure: failure }) => ({
    inspectionId: id,
    decision: job.state === 'cancelled' ? cancelled() : givenUp(failure, job.reason),
  }));
  await decideInspections(client, decisions, { jobId: job.jobId, epoch: job.epoch });
}
