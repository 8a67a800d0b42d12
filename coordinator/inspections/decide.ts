// Writes decisions about inspections, inside the transaction of whoever took them.
import type { Decision } from '../../shared/inspection/decide.ts';
import type { Failure } from '../../shared/inspection/failure.ts';
import { execute, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';
import { storableJson } from '../store/storable.ts';

export interface PendingRow {
  readonly id: string;
  readonly role: 'baseline' | 'candidate';
  readonly stack_id: string;
  readonly lock_digest: string;
  readonly last_failure: Failure | null;
}

/** The job, and the epoch in which it was found out. */
export interface DecidedBy {
  readonly jobId: string;
  readonly epoch: number;
}

const readPendingSql = sqlFile<PendingRow>(import.meta.url, 'read-pending-inspections.sql');
const decideSql = sqlFile(import.meta.url, 'decide-inspection.sql');
const keepFailureSql = sqlFile(import.meta.url, 'keep-last-failure.sql');

/** The inspections of a job that are not decided yet. */
export const readPending = (client: Queryable, jobId: string): Promise<PendingRow[]> =>
  queryRows(client, readPendingSql, [jobId]);

/** False when it was decided before: the first decision stands. */
export async function decideInspection(
  client: Queryable,
  inspectionId: string,
  decision: Decision,
  by: DecidedBy | null,
): Promise<boolean> {
  const found = decision.outcome === 'failed' ? { ...decision.failure, benchmark: decision.benchmark } : {};
  const values = [inspectionId, storableJson(found), by?.jobId ?? null, by?.epoch ?? null];
  const count = await execute(client, decideSql, values);
  return count === 1;
}

/** Remembers what the fleet did to a pending inspection, for the day on which the attempts are used up. */
export async function keepFailure(client: Queryable, inspectionId: string, failure: Failure): Promise<void> {
  await execute(client, keepFailureSql, [inspectionId, storableJson(failure)]);
}
