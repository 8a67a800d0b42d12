// What people see of inspections: the list, and one with its stack, its numbers, and every machine that held it.
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Failure } from '../../shared/inspection/failure.ts';
import type { Cause, Outcome, Phase } from '../../shared/inspection/outcome.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import { queryOne, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';
import { isUuid } from './job-row.ts';

export interface InspectionRow {
  readonly id: string;
  readonly campaign_id: string;
  readonly campaign_name: string;
  readonly lane: string;
  readonly target: string;
  readonly role: 'baseline' | 'candidate';
  readonly position: number;
  readonly stack_id: string;
  readonly job_id: string | null;
  readonly state: 'pending' | 'running' | 'decided';
  readonly outcome: Outcome | null;
  readonly cause: Cause | null;
  readonly phase: Phase | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly hint: string | null;
  readonly excerpt: string | null;
  readonly failed_benchmark: string | null;
  readonly decided_at: Date | null;
  /** The job that decided it, or that will. */
  readonly last_job_id: string | null;
  /** What the fleet did to it last, while it is pending. */
  readonly last_failure: Failure | null;
  /** Who decided it, or works on it now. */
  readonly agent_name: string | null;
}

export interface InspectionFilter {
  /** Id or name. */
  readonly campaign?: string;
  readonly lane?: string;
  readonly outcome?: Outcome | 'pending';
  readonly stackId?: string;
  readonly limit?: number;
}

export interface ComparisonNumbers {
  readonly benchmark: string;
  readonly metric: string;
  readonly unit: string;
  readonly direction: 'lower' | 'higher';
  /** Candidate by baseline; null with the reason in `insufficient`. */
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly blocks: number;
  readonly insufficient: string | null;
  readonly confidence: number;
  readonly candidate_median: number | null;
  readonly baseline_median: number | null;
  readonly baseline_stack_id: string;
}

export interface AbsoluteNumbers {
  readonly benchmark: string;
  readonly metric: string;
  readonly unit: string;
  readonly direction: 'lower' | 'higher';
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly launches: number;
  readonly job_id: string;
  readonly epoch: number;
}

export interface HoldRow {
  readonly job_id: string;
  readonly epoch: number;
  readonly agent_id: string;
  readonly agent_name: string;
  readonly hardware_epoch: number;
  readonly claimed_at: Date;
  readonly ended_at: Date | null;
  readonly ending: 'completed' | 'aborted' | 'expired' | 'cancelled' | null;
  readonly reason: string | null;
}

export interface InspectionDetails {
  readonly inspection: InspectionRow;
  readonly stack: LockedStack;
  readonly comparisons: readonly ComparisonNumbers[];
  readonly measurements: readonly AbsoluteNumbers[];
  readonly holds: readonly HoldRow[];
}

const listSql = sqlFile<InspectionRow>(import.meta.url, 'list-inspections.sql');
const comparisonsSql = sqlFile<ComparisonNumbers>(import.meta.url, 'read-inspection-numbers.sql');
const measurementsSql = sqlFile<AbsoluteNumbers>(import.meta.url, 'read-inspection-measurements.sql');
const claimsSql = sqlFile<HoldRow>(import.meta.url, 'read-inspection-claims.sql');
const lockSql = sqlFile<{ lock: LockedStack }>(import.meta.url, 'read-inspection-lock.sql');

/** Newest campaign first, then by lane and position. */
export const listInspections = (
  client: Queryable,
  { campaign, lane, outcome, stackId, limit = 1000 }: InspectionFilter = {},
): Promise<InspectionRow[]> =>
  queryRows(client, listSql, [
    campaign ?? null,
    lane ?? null,
    outcome ?? null,
    stackId ?? null,
    null,
    Math.min(limit, 100_000),
  ]);

/** Throws TROOP-1307. */
export async function findInspection(client: Queryable, id: string): Promise<InspectionRow> {
  const row = isUuid(id) ? await queryOne(client, listSql, [null, null, null, null, id, 1]) : null;
  if (row === null) throw new TroopError('TROOP-1307', { inspection: id });
  return row;
}

/** Throws TROOP-1307. */
export async function showInspection(client: Queryable, id: string): Promise<InspectionDetails> {
  const inspection = await findInspection(client, id);
  const stored = await queryOne(client, lockSql, [id]);
  if (stored === null) throw new Error(`inspection ${id} has no lock`);
  const jobs = [inspection.job_id, inspection.last_job_id].filter((job) => job !== null);
  return {
    inspection,
    stack: stored.lock,
    comparisons: await queryRows(client, comparisonsSql, [id]),
    measurements: await queryRows(client, measurementsSql, [id]),
    holds: await queryRows(client, claimsSql, [jobs]),
  };
}
