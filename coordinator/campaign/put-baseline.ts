// Puts a stack in force as the baseline of a lane, with the inspection that will prove it.
import type { Ids } from '../../shared/runtime/ids.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import { execute, sqlFile, type Queryable } from '../store/sql-file.ts';
import { insertInspections, insertLocks } from './plan-inspections.ts';

const insertCandidateSql = sqlFile(import.meta.url, 'insert-baseline-candidate.sql');
const insertBaselineSql = sqlFile(import.meta.url, 'insert-baseline.sql');

/** Remembers the stack as the one of that rank in the environment's order of baselines. */
export async function insertBaselineCandidate(
  client: Queryable,
  environmentId: string,
  rank: number,
  stack: LockedStack,
): Promise<void> {
  await insertLocks(client, [stack]);
  await execute(client, insertCandidateSql, [environmentId, rank, stack.stack_id, stack.lock_digest]);
}

/** Nothing happens when another stack is in force there already. */
export async function putBaseline(
  client: Queryable,
  ids: Ids,
  place: { readonly environmentId: string; readonly lane: string; readonly rank: number },
  stack: LockedStack,
): Promise<void> {
  const { environmentId, lane, rank } = place;
  const values = [environmentId, lane, rank, stack.stack_id, stack.lock_digest];
  if ((await execute(client, insertBaselineSql, values)) === 0) return;
  const inspection = { id: ids.next(), lane, role: 'baseline', position: rank, stack, jobId: null } as const;
  await insertInspections(client, environmentId, [inspection]);
}
