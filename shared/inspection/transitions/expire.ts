// claimed → queued, dead or cancelled: nothing was heard of the holder until its lease ran out.
import type { CancelledJob, DeadJob, ExpiredJob, QueuedJob } from '../job-state.ts';
import { addAttempts, isPoison, reasonToBury, retryDelayMs, type RetryPolicy } from '../retry-policy.ts';
import { bury } from './bury.ts';

export function expire(
  job: ExpiredJob,
  at: { readonly nowMs: number; readonly policy: RetryPolicy; readonly random: number },
): QueuedJob | DeadJob | CancelledJob {
  const counted = { infra: true, rejection: false };
  const attempts = addAttempts(job.attempts, counted);
  if (job.cancelRequested) return { state: 'cancelled', jobId: job.jobId, epoch: job.epoch, attempts };
  const after = { ...job, attempts };
  if (isPoison(job.lostOn, job.speaker)) return bury(after, 'poison');
  const reason = reasonToBury(at.policy, after);
  if (reason !== null) return bury(after, reason);
  return {
    state: 'queued',
    jobId: job.jobId,
    epoch: job.epoch,
    attempts,
    lostOn: job.speaker,
    speaker: job.speaker,
    notBeforeMs: at.nowMs + retryDelayMs(at.policy, attempts, counted, at.random),
  };
}
