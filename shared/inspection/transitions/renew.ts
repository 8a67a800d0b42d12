// claimed → claimed: the lease goes on, over the silence that the holder has announced. It never gets shorter: of two
// renewals under way the later one may be answered first, and the holder believes in the longer.
import type { ClaimedJob } from '../job-state.ts';

/** The longest silence that a lease covers. */
export const MAXIMUM_QUIET_MS = 30 * 60_000;

export function renew(
  job: ClaimedJob,
  renewal: { readonly nowMs: number; readonly leaseMs: number; readonly quietForMs?: number },
): ClaimedJob {
  const quietMs = Math.min(Math.max(renewal.quietForMs ?? 0, 0), MAXIMUM_QUIET_MS);
  const endsAtMs = renewal.nowMs + renewal.leaseMs + quietMs;
  return { ...job, leaseEndsAtMs: Math.max(job.leaseEndsAtMs, endsAtMs) };
}
