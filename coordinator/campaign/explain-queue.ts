// Why nothing of a queue is being worked on, in sentences for people, with the machine that comes nearest.
import type { QueueName } from '../../shared/protocol/subjects.ts';
import { queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';

export interface QueueAgentRow {
  readonly name: string;
  readonly admin_state: string;
  readonly admin_reason: string | null;
  readonly last_seen_at: Date | null;
  readonly online: boolean;
  readonly working: boolean;
  readonly in_lane: boolean;
  readonly lane_reasons: readonly string[];
  readonly on_target: boolean;
  readonly target_reasons: readonly string[];
}

const readAgentsSql = sqlFile<QueueAgentRow>(import.meta.url, 'read-queue-agents.sql');

/** Sentences; empty when a machine could take work of the queue now. */
export async function explainQueue(
  client: Queryable,
  { lane, target }: Pick<QueueName, 'lane' | 'target'>,
): Promise<string[]> {
  return queueSentences(await queryRows(client, readAgentsSql, [lane, target]), { lane, target });
}

/** Pure: `agents` in the order of how near they come. */
export function queueSentences(
  agents: readonly QueueAgentRow[],
  { lane, target }: { readonly lane: string; readonly target: string },
): string[] {
  if (agents.length === 0) return ['No machine has joined the fleet yet.'];
  const able = agents.filter((agent) => agent.in_lane && agent.on_target);
  if (able.length === 0) return [noneAble(agents, lane, target)];
  const active = able.filter((agent) => agent.admin_state === 'active');
  if (active.length === 0) return able.slice(0, 3).map(heldBack);
  const online = active.filter((agent) => agent.online);
  if (online.length === 0) {
    const names = active.slice(0, 3).map(lastSeen).join(', ');
    return [`Every machine that may serve lane ${lane} for ${target} is offline: ${names}.`];
  }
  const isSomeoneFree = online.some((agent) => !agent.working);
  return isSomeoneFree ? [] : [`Every machine of lane ${lane} for ${target} is at work (${online.length}).`];
}

function noneAble(agents: readonly QueueAgentRow[], lane: string, target: string): string {
  const nearest = agents[0];
  const reasons = [...(nearest?.lane_reasons ?? []), ...(nearest?.target_reasons ?? [])];
  const told = reasons.length === 0 ? 'its hardware is not known yet' : reasons.join('; ');
  return `No machine may serve lane ${lane} for ${target}. ${nearest?.name ?? 'One'} comes nearest: ${told}.`;
}

function heldBack({ name, admin_state: state, admin_reason: reason }: QueueAgentRow): string {
  return `${name} could serve it, but is ${state}${reason === null ? '' : `: ${reason}`}.`;
}

const lastSeen = ({ name, last_seen_at: at }: QueueAgentRow): string =>
  at === null ? `${name} (never heard of)` : `${name} (last heard of ${at.toISOString()})`;
