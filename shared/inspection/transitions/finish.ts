// claimed (or queued with a late holder) → finished: every inspection of the job is decided.
import type { FinishedJob, SpokenJob } from '../job-state.ts';
import { addAttempts, UNCOUNTED, type CountedAttempts } from '../retry-policy.ts';

export function finish(job: SpokenJob, counted: CountedAttempts = UNCOUNTED): FinishedJob {
  const attempts = addAttempts(job.attempts, counted);
  return { state: 'finished', jobId: job.jobId, epoch: job.epoch, attempts };
}
