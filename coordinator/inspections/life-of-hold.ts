// In which life of its agent a job was claimed. Never changes, so that it may be read before or after the job is locked.
import type { AgentLife } from '../../shared/inspection/agent-life.ts';
import { queryOne, sqlFile, type Queryable } from '../store/sql-file.ts';

type LifeRow = AgentLife | { readonly series: null; readonly number: null };

const readLifeSql = sqlFile<LifeRow>(import.meta.url, 'read-life-of-hold.sql');

/** Null when there was no such hold, or when the agent did not say in which life it claimed. */
export async function lifeOfHold(client: Queryable, jobId: string, epoch: number): Promise<AgentLife | null> {
  const row = await queryOne(client, readLifeSql, [jobId, epoch]);
  return row === null || row.series === null ? null : row;
}
