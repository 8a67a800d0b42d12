// The lease of a job goes on, over the silence that its holder announces. The hottest statement of the fleet, so a
// single one; a property test holds it against the pure machine's `renew`.
import type { Pool } from 'pg';
import { MAXIMUM_QUIET_MS } from '../../shared/inspection/transitions/renew.ts';
import type { RenewReply, RenewRequest } from '../../shared/protocol/renew-message.ts';
import { queryOne, sqlFile } from '../store/sql-file.ts';
import { isUuid } from './job-row.ts';

export interface RenewDependencies {
  readonly pool: Pool;
  readonly leaseMs: number;
}

const renewLeaseSql = sqlFile<{ cancel_requested: boolean }>(import.meta.url, 'renew-lease.sql');

const LOST: RenewReply = { verdict: 'lost', leaseMs: 0 };

export async function renewLease(
  { pool, leaseMs }: RenewDependencies,
  agentId: string,
  request: RenewRequest,
): Promise<RenewReply> {
  if (!isUuid(request.jobId) || !isUuid(agentId)) return LOST;
  const quietMs = Math.min(Math.max(request.quietForMs ?? 0, 0), MAXIMUM_QUIET_MS);
  const grantedMs = leaseMs + quietMs;
  const row = await queryOne(pool, renewLeaseSql, [request.jobId, agentId, request.epoch, grantedMs]);
  if (row === null) return LOST;
  return { verdict: row.cancel_requested ? 'cancel' : 'ok', leaseMs: grantedMs };
}
