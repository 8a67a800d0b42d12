// claimed (or queued with a late holder) → finished: every inspection of the job is decided.
import type { FinishedJob, SpokenJob } from '../job-state.ts';

export function finish(job: SpokenJob): FinishedJob {
  return { state: 'finished', jobId: job.jobId, epoch: job.epoch, attempts: job.attempts };
}
