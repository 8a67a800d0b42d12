// queued → claimed: one agent gets the job, under the next epoch. Whoever held it before may no longer speak.
import type { AgentId, ClaimableJob, ClaimedJob } from '../job-state.ts';

export function claim(
  job: ClaimableJob,
  hold: { readonly agentId: AgentId; readonly nowMs: number; readonly leaseMs: number },
): ClaimedJob {
  return {
    state: 'claimed',
    jobId: job.jobId,
    epoch: job.epoch + 1,
    attempts: job.attempts,
    lostOn: job.lostOn,
    speaker: hold.agentId,
    leaseEndsAtMs: hold.nowMs + hold.leaseMs,
    cancelRequested: false,
  };
}
