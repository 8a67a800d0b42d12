// How often, and after how long, a job is tried again that failed for reasons which were not the stack's. What does not
// count: a worker that was told to stop, and measurements rejected for noise, which have attempts of their own.
import type { AgentId, Attempts, DeadReason } from './job-state.ts';

export interface RetryPolicy {
  readonly maximumInfraAttempts: number;
  readonly maximumRejections: number;
  /** However a job ends, again and again: a bound against loops that count nothing. */
  readonly maximumEpochs: number;
  /** Delay after the first failed attempt; doubles with each further one, give or take half. */
  readonly backoffBaseMs: number;
  readonly backoffMaximumMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maximumInfraAttempts: 5,
  maximumRejections: 3,
  maximumEpochs: 40,
  backoffBaseMs: 30_000,
  backoffMaximumMs: 30 * 60_000,
};

/** What the end of a hold adds to the attempts. */
export interface CountedAttempts {
  readonly infra: boolean;
  readonly rejection: boolean;
}

export const UNCOUNTED: CountedAttempts = { infra: false, rejection: false };

export function addAttempts(attempts: Attempts, counted: CountedAttempts): Attempts {
  return {
    infra: attempts.infra + (counted.infra ? 1 : 0),
    rejections: attempts.rejections + (counted.rejection ? 1 : 0),
  };
}

/** Milliseconds until the next attempt; 0 when nothing was counted. `random` is uniform in [0, 1). */
export function retryDelayMs(
  policy: RetryPolicy,
  attempts: Attempts,
  counted: CountedAttempts,
  random: number,
): number {
  if (!counted.infra && !counted.rejection) return 0;
  const failures = counted.infra ? attempts.infra : attempts.rejections;
  const doubled = policy.backoffBaseMs * 2 ** Math.min(Math.max(failures - 1, 0), 20);
  return Math.round(Math.min(doubled, policy.backoffMaximumMs) * (0.5 + random));
}

/** No delay before another attempt is longer. */
export const longestRetryDelayMs = ({ backoffBaseMs, backoffMaximumMs }: RetryPolicy): number =>
  Math.max(backoffBaseMs, backoffMaximumMs) * 1.5;

/** Why a job is not to be tried again; null when it is. */
export function reasonToBury(
  policy: RetryPolicy,
  job: { readonly attempts: Attempts; readonly epoch: number },
): DeadReason | null {
  if (job.attempts.infra >= policy.maximumInfraAttempts) return 'attempts_used_up';
  return job.epoch >= policy.maximumEpochs ? 'too_many_holds' : null;
}

/** Two different machines lost in a row: whatever the job does, it should not do it to a third. */
export const isPoison = (lostBefore: AgentId | null, lostNow: AgentId): boolean =>
  lostBefore !== null && lostBefore !== lostNow;
