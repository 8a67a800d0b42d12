// queued → cancelled at once; a claimed job is marked, and its holder hears of it with the next renewal.
import type { CancelledJob, ClaimedJob, QueuedJob } from '../job-state.ts';

export function cancel(job: QueuedJob): CancelledJob;
export function cancel(job: ClaimedJob): ClaimedJob;
export function cancel(job: QueuedJob | ClaimedJob): CancelledJob | ClaimedJob;
export function cancel(job: QueuedJob | ClaimedJob): CancelledJob | ClaimedJob {
  if (job.state === 'claimed') return { ...job, cancelRequested: true };
  return { state: 'cancelled', jobId: job.jobId, epoch: job.epoch, attempts: job.attempts };
}
