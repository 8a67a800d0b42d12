// A row of `jobs` as the pure machine sees it, and back. Rows are read under their lock, together with the time.
import { agentId, jobId, type DeadReason, type Job } from '../../shared/inspection/job-state.ts';
import { queryOne, sqlFile, type Queryable, type Statement } from '../store/sql-file.ts';
import { storableText } from '../store/storable.ts';

export interface JobRow {
  readonly id: string;
  readonly campaign_id: string;
  readonly environment_id: string;
  readonly lane: string;
  readonly target: string;
  readonly priority: 0 | 1;
  readonly state: Job['state'];
  readonly epoch: number;
  readonly agent_id: string | null;
  readonly cancel_requested: boolean;
  readonly infra_attempts: number;
  readonly rejections: number;
  readonly lost_on_agent_id: string | null;
  readonly offer_sequence: number;
  readonly dead_reason: DeadReason | null;
  readonly lease_ends_at_ms: number | null;
  readonly not_before_ms: number;
  /** The database's clock after the row was locked. */
  readonly now_ms: number;
}

export interface LockedJob {
  readonly row: JobRow;
  readonly job: Job;
  readonly nowMs: number;
}

const lockJobSql = sqlFile<JobRow>(import.meta.url, 'lock-job.sql');
const saveJobSql = sqlFile(import.meta.url, 'save-job.sql');

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the text can be an id of ours at all; PostgreSQL would throw at any other. */
export const isUuid = (text: string): boolean => UUID.test(text);

/** Locks the job until the transaction ends; null when there is none. */
export async function lockJob(client: Queryable, id: string): Promise<LockedJob | null> {
  if (!isUuid(id)) return null;
  const row = await queryOne(client, lockJobSql, [id]);
  return row && lockedJobOf(row);
}

/** Of a row that was read under its lock. */
export const lockedJobOf = (row: JobRow): LockedJob => ({ row, job: jobOf(row), nowMs: row.now_ms });

/** The row as a state of the pure machine. */
export function jobOf(row: JobRow): Job {
  const common = {
    jobId: jobId(row.id),
    epoch: row.epoch,
    attempts: { infra: row.infra_attempts, rejections: row.rejections },
  };
  const lostOn = row.lost_on_agent_id === null ? null : agentId(row.lost_on_agent_id);
  const speaker = row.agent_id === null ? null : agentId(row.agent_id);
  switch (row.state) {
    case 'queued':
      return { ...common, state: 'queued', lostOn, speaker, notBeforeMs: row.not_before_ms };
    case 'claimed':
      if (speaker === null || row.lease_ends_at_ms === null) throw new Error('a claimed job without holder');
      return {
        ...common,
        state: 'claimed',
        lostOn,
        speaker,
        leaseEndsAtMs: row.lease_ends_at_ms,
        cancelRequested: row.cancel_requested,
      };
    case 'dead':
      return { ...common, state: 'dead', reason: row.dead_reason ?? 'attempts_used_up' };
    case 'finished':
    case 'cancelled':
      return { ...common, state: row.state };
  }
}

export interface HoldEnding {
  readonly ending: 'completed' | 'aborted' | 'expired' | 'cancelled';
  readonly reason: string | null;
}

/** Writes the state, and how the hold of its epoch ended (null: none has); whoever sends it holds the lock. */
export function savedJob(job: Job, hold: HoldEnding | null = null): Statement {
  const isOpen = job.state === 'queued' || job.state === 'claimed';
  const values = [
    job.jobId,
    job.state,
    job.epoch,
    job.attempts.infra,
    job.attempts.rejections,
    isOpen ? job.speaker : null,
    job.state === 'claimed' ? job.leaseEndsAtMs : null,
    job.state === 'queued' ? job.notBeforeMs : null,
    job.state === 'claimed' && job.cancelRequested,
    isOpen ? job.lostOn : null,
    job.state === 'dead' ? job.reason : null,
    ...endingValues(hold),
  ];
  return { sql: saveJobSql, values };
}

const endingValues = (hold: HoldEnding | null): readonly (string | null)[] =>
  hold === null ? [null, null] : [hold.ending, hold.reason === null ? null : storableText(hold.reason)];
