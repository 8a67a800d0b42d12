// Writes decisions about inspections, inside the transaction of whoever took them.
import type { Decision } from '../../shared/inspection/decide.ts';
import type { Failure } from '../../shared/inspection/failure.ts';
import { queryRows, run, sqlFile, type Queryable, type Statement } from '../store/sql-file.ts';
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
const decideSql = sqlFile(import.meta.url, 'decide-inspections.sql');
const keepFailureSql = sqlFile(import.meta.url, 'keep-last-failure.sql');

/** The inspections of a job that are not decided yet. */
export const readPending = (client: Queryable, jobId: string): Promise<readonly PendingRow[]> =>
  queryRows(client, readPendingSql, [jobId]);

export interface InspectionDecision {
  readonly inspectionId: string;
  readonly decision: Decision;
}

/** Those that were decided before keep their first decision. */
export async function decideInspections(
  client: Queryable,
  decisions: readonly InspectionDecision[],
  by: DecidedBy,
): Promise<void> {
  if (decisions.length > 0) await run(client, decided(decisions, by));
}

export function decided(decisions: readonly InspectionDecision[], by: DecidedBy): Statement {
  const found = decisions.map(({ inspectionId, decision }) => ({
    id: inspectionId,
    failure: decision.outcome === 'failed' ? { ...decision.failure, benchmark: decision.benchmark } : {},
  }));
  return { sql: decideSql, values: [storableJson(found), by.jobId, by.epoch] };
}

/** Remembers what the fleet did to a pending inspection, for the day on which the attempts are used up. */
export const keptFailure = (inspectionId: string, failure: Failure): Statement => ({
  sql: keepFailureSql,
  values: [inspectionId, storableJson(failure)],
});
