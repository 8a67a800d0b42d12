// claimed (or queued with a late holder) → queued, dead or cancelled: the hold ended in order, and something is still
// pending. The epoch that has ended may not speak again.
import type { CancelledJob, DeadJob, QueuedJob, SpokenJob } from '../job-state.ts';
import {
  addAttempts,
  reasonToBury,
  retryDelayMs,
  type CountedAttempts,
  type RetryPolicy,
} from '../retry-policy.ts';
import { bury } from './bury.ts';

export function requeue(
  job: SpokenJob,
  at: {
    readonly counted: CountedAttempts;
    readonly nowMs: number;
    readonly policy: RetryPolicy;
    readonly random: number;
  },
): QueuedJob | DeadJob | CancelledJob {
  const attempts = addAttempts(job.attempts, at.counted);
  if (job.state === 'claimed' && job.cancelRequested) {
    return { state: 'cancelled', jobId: job.jobId, epoch: job.epoch, attempts };
  }
  const after = { ...job, attempts };
  const reason = reasonToBury(at.policy, after);
  if (reason !== null) return bury(after, reason);
  return {
    state: 'queued',
    jobId: job.jobId,
    epoch: job.epoch,
    attempts,
    lostOn: null,
    speaker: null,
    notBeforeMs: at.nowMs + retryDelayMs(at.policy, attempts, at.counted, at.random),
  };
}
