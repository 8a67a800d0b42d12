// A person takes one job back. A queued one is over at once, with what was pending in it; the holder of a claimed one
// hears of it with its next renewal (or by the notice that the caller sends), and its inspections end with the hold.
import type { Pool } from 'pg';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { cancel } from '../../shared/inspection/transitions/cancel.ts';
import { transaction } from '../store/pool.ts';
import { lockJob } from './job-row.ts';
import { settleJob } from './settle-job.ts';

export interface CancelResult {
  readonly state: 'queued' | 'claimed' | 'finished' | 'dead' | 'cancelled';
  /** Who should be told; null when nobody holds the job. */
  readonly holder: { readonly agentId: string; readonly epoch: number } | null;
}

/** Harmless on a job that is over. Throws TROOP-1308 when there is no such job. */
export async function cancelJob(pool: Pool, id: string): Promise<CancelResult> {
  return await transaction(pool, async (client) => {
    const locked = await lockJob(client, id);
    if (locked === null) throw new TroopError('TROOP-1308', { job: id });
    const { job } = locked;
    if (job.state !== 'queued' && job.state !== 'claimed') return { state: job.state, holder: null };
    const next = cancel(job);
    await settleJob(client, next, null);
    const holder = next.state === 'claimed' ? { agentId: next.speaker, epoch: next.epoch } : null;
    return { state: next.state, holder };
  });
}
