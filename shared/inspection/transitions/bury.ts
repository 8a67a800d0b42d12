// queued or claimed → dead: not to be tried again; a person should look at it.
import type { ClaimedJob, DeadJob, DeadReason, QueuedJob } from '../job-state.ts';

export function bury(job: QueuedJob | ClaimedJob, reason: DeadReason): DeadJob {
  return { state: 'dead', jobId: job.jobId, epoch: job.epoch, attempts: job.attempts, reason };
}
