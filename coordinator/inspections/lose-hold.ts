// A hold has ended without a word of its holder. What the lost machine had reported by then may have decided everything.
import type { ExpiredJob } from '../../shared/inspection/job-state.ts';
import type { RetryPolicy } from '../../shared/inspection/retry-policy.ts';
import { expire } from '../../shared/inspection/transitions/expire.ts';
import { finish } from '../../shared/inspection/transitions/finish.ts';
import type { Queryable } from '../store/sql-file.ts';
import { readPending } from './decide.ts';
import { settleJob } from './settle-job.ts';

export interface LostLease {
  readonly jobId: string;
  readonly agentId: string;
  readonly epoch: number;
  readonly became: 'queued' | 'dead' | 'cancelled' | 'finished';
}

export interface LossOptions {
  readonly policy: RetryPolicy;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** `reason`: how it is known, for people; null when the lease simply ran out. The caller holds the job's lock. */
export async function loseHold(
  client: Queryable,
  job: ExpiredJob,
  { policy, random, nowMs, reason }: LossOptions & { readonly nowMs: number; readonly reason: string | null },
): Promise<LostLease> {
  const isDone = (await readPending(client, job.jobId)).length === 0;
  const next = isDone ? finish(job) : expire(job, { nowMs, policy, random: random() });
  await settleJob(client, next, { ending: 'expired', reason });
  return { jobId: job.jobId, agentId: job.speaker, epoch: job.epoch, became: next.state };
}
