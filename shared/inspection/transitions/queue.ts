// nothing → queued: the feeder has made a job.
import type { JobId, QueuedJob } from '../job-state.ts';

export function queue(jobId: JobId, nowMs: number): QueuedJob {
  return {
    state: 'queued',
    jobId,
    epoch: 0,
    attempts: { infra: 0, rejections: 0 },
    lostOn: null,
    notBeforeMs: nowMs,
    speaker: null,
  };
}
