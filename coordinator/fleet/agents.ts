// What the fleet looks like to people, and what people decide about a machine.
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Fingerprint } from '../../shared/machine/fingerprint.ts';
import { queryOne, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';

export type AdminState = 'pending' | 'active' | 'draining' | 'paused' | 'quarantined' | 'retired';

export interface AgentView {
  readonly id: string;
  readonly name: string;
  readonly lab: string;
  readonly admin_state: AdminState;
  readonly admin_reason: string | null;
  readonly online: boolean;
  readonly working_on: string | null;
  readonly version: string | null;
  readonly hardware_epoch: number;
  readonly fingerprint: Fingerprint | null;
  readonly status: Readonly<Record<string, unknown>> | null;
  readonly last_seen_at: string | null;
  readonly lanes: readonly {
    readonly lane: string;
    readonly eligible: boolean;
    readonly reasons: readonly string[];
  }[];
}

const listAll = sqlFile<{ [Key in keyof AgentView]: AgentView[Key] }>(import.meta.url, 'list-agents.sql');
const setState = sqlFile<{ id: string; name: string; admin_state: AdminState }>(
  import.meta.url,
  'set-admin-state.sql',
);
const byCredential = sqlFile<{ id: string }>(import.meta.url, 'agent-by-credential.sql');
const publicKey = sqlFile<{ public_key: string }>(import.meta.url, 'agent-public-key.sql');

export async function listAgents(database: Queryable): Promise<readonly AgentView[]> {
  return await queryRows(database, listAll, [null]);
}

/** By id or name. Throws TROOP-1005. */
export async function showAgent(database: Queryable, agent: string): Promise<AgentView> {
  const row = await queryOne(database, listAll, [agent]);
  if (row === null) throw new TroopError('TROOP-1005', { what: 'agent', name: agent });
  return row;
}

/** Throws TROOP-1005. */
export async function setAdminState(
  database: Queryable,
  agent: string,
  state: AdminState,
  reason: string | null,
): Promise<{ readonly id: string; readonly name: string }> {
  const row = await queryOne(database, setState, [agent, state, reason]);
  if (row === null) throw new TroopError('TROOP-1005', { what: 'agent', name: agent });
  return row;
}

export async function findAgentByCredential(database: Queryable, digest: Buffer): Promise<string | null> {
  return (await queryOne(database, byCredential, [digest]))?.id ?? null;
}

/** SPKI PEM, or null for a machine that is unknown or retired. */
export async function publicKeyOf(database: Queryable, agentId: string): Promise<string | null> {
  return (await queryOne(database, publicKey, [agentId]))?.public_key ?? null;
}
