// The hold that a message speaks for, with what is known by now about the baseline that it was given.
import { queryOne, sqlFile, type Queryable } from '../store/sql-file.ts';
import type { JobRow } from './job-row.ts';

export interface ClaimRow {
  readonly baseline_rank: number | null;
  readonly baseline_stack_id: string | null;
  readonly baseline_inspection_id: string | null;
  readonly baseline_state: 'proposed' | 'proved' | 'rejected' | null;
  readonly benchmarks: readonly unknown[];
}

const readClaimSql = sqlFile<ClaimRow>(import.meta.url, 'read-claim.sql');

/** Locks the baseline, so that what is read about it stays true until the transaction ends. */
export async function readClaim(client: Queryable, { id, epoch }: JobRow): Promise<ClaimRow> {
  const claim = await queryOne(client, readClaimSql, [id, epoch]);
  if (claim === null) throw new Error(`job ${id} has no claim ${epoch}`);
  return claim;
}
