// Writes planned inspections, their jobs and their locks, inside the transaction of whoever plans.
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { SampledFrom } from '../monkey/strategies/sampled-from.ts';
import { storableJson } from '../store/storable.ts';
import { execute, sqlFile, type Queryable } from '../store/sql-file.ts';

export interface PlannedInspection {
  readonly id: string;
  readonly lane: string;
  readonly role: 'baseline' | 'candidate';
  /** Position in the stream, or rank of a baseline. */
  readonly position: number;
  readonly stack: LockedStack;
  readonly jobId: string | null;
  /** Where a sampled stack came from. */
  readonly sampling?: SampledFrom | null;
  /** The how manieth stack of its stream it was, from 0 on. */
  readonly streamPosition?: number;
}

const insertLocksSql = sqlFile(import.meta.url, 'insert-locks.sql');
const insertJobsSql = sqlFile(import.meta.url, 'insert-jobs.sql');
const insertInspectionsSql = sqlFile(import.meta.url, 'insert-inspections.sql');

/** Stores what agents will build; the same lock twice is one row. */
export async function insertLocks(client: Queryable, stacks: readonly LockedStack[]): Promise<void> {
  if (stacks.length > 0) await execute(client, insertLocksSql, [storableJson(stacks)]);
}

export async function insertJobs(
  client: Queryable,
  environmentId: string,
  jobs: readonly { readonly id: string; readonly lane: string }[],
): Promise<void> {
  if (jobs.length > 0) await execute(client, insertJobsSql, [environmentId, storableJson(jobs)]);
}

/** Their locks must be there already. */
export async function insertInspections(
  client: Queryable,
  environmentId: string,
  planned: readonly PlannedInspection[],
): Promise<void> {
  const rows = planned.map(({ id, lane, role, position, stack, jobId, sampling, streamPosition }) => ({
    id,
    lane,
    role,
    position,
    stack_id: stack.stack_id,
    lock_digest: stack.lock_digest,
    job_id: jobId,
    sampling: sampling ?? null,
    stream_position: streamPosition ?? null,
  }));
  if (rows.length > 0) await execute(client, insertInspectionsSql, [environmentId, storableJson(rows)]);
}
