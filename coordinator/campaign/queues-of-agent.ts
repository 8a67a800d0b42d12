// Which queues a machine is to look into: those that campaigns need now and that it may serve. Empty while it may
// serve nothing.
import type { QueueName } from '../../shared/protocol/subjects.ts';
import { queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';

const readSql = sqlFile<QueueName>(import.meta.url, 'read-queues-of-agent.sql');

/** `byLane` puts the most specific lane first; within a lane, what is urgent comes first. */
export async function queuesOfAgent(
  client: Queryable,
  agentId: string,
  byLane: (left: string, right: string) => number,
): Promise<readonly QueueName[]> {
  const rows = await queryRows(client, readSql, [agentId]);
  return rows
    .map(({ lane, target, priority }) => ({ lane, target, priority }))
    .toSorted((left, right) => byLane(left.lane, right.lane) || left.priority - right.priority);
}
