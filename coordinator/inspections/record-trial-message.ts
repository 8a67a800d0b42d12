// Takes in what a trial reports. A message counts only from (job, agent, epoch): while the job is claimed, or while
// nobody else has claimed it since the lease ran out. Each is stored once under its id; what comes too late or from
// somebody else is kept as evidence. When this resolves, the message is committed, whatever became of it.
import type { Pool } from 'pg';
import { agentId as agentIdOf, asSpokenBy, type SpokenJob } from '../../shared/inspection/job-state.ts';
import type { RetryPolicy } from '../../shared/inspection/retry-policy.ts';
import { trialMessageId } from '../../shared/protocol/trial-messages.ts';
import { transaction } from '../store/pool.ts';
import { execute, queryOne, sqlFile, type Queryable } from '../store/sql-file.ts';
import { storableJson } from '../store/storable.ts';
import { isUuid, lockJob, type LockedJob } from './job-row.ts';
import type { Recorded, StaleReason } from './recorded.ts';
import { recordBuild } from './record-build.ts';
import { recordEnd } from './record-end.ts';
import { recordLogPart } from './record-log-part.ts';
import type { BlockArrival, BuildArrival, EndArrival, TrialMessage } from './trial-message.ts';

export interface RecordDependencies {
  readonly pool: Pool;
  readonly policy: RetryPolicy;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

const findSql = sqlFile<{ found: boolean }>(import.meta.url, 'find-trial-message.sql');
const insertSql = sqlFile(import.meta.url, 'insert-trial-message.sql');
const insertStaleSql = sqlFile(import.meta.url, 'insert-stale-message.sql');

/**
 * Commits one message. Throws TROOP-1310 when the end of a trial has overtaken what it says was sent: it should be
 * delivered again. Throws TROOP-16xx when the database is away.
 */
export async function recordTrialMessage(
  dependencies: RecordDependencies,
  agentId: string,
  message: TrialMessage,
): Promise<Recorded> {
  const { pool } = dependencies;
  if (message.kind === 'log') return await recordLogPart(pool, agentId, message.body);
  return await transaction(pool, (client) => record(client, dependencies, agentId, message));
}

type Report = BuildArrival | BlockArrival | EndArrival;

async function record(
  client: Queryable,
  dependencies: RecordDependencies,
  agentId: string,
  message: Report,
): Promise<Recorded> {
  const id = trialMessageId(message.kind, message.body);
  const locked = await lockJob(client, message.body.jobId);
  if (locked !== null && isUuid(agentId) && (await queryOne(client, findSql, [id, agentId])) !== null) {
    return { id, stored: 'duplicate' };
  }
  const spoken = locked && asSpokenBy(locked.job, agentIdOf(agentId), message.body.epoch);
  if (locked === null || spoken === null) {
    const reason = staleReason(locked, agentId, message.body.epoch);
    await keepAsEvidence(client, { id, agentId, reason }, message);
    return { id, stored: 'stale', reason };
  }
  await insertMessage(client, { id, agentId }, message);
  await apply(client, dependencies, { locked, spoken }, message);
  return { id, stored: 'accepted' };
}

async function apply(
  client: Queryable,
  dependencies: RecordDependencies,
  { locked, spoken }: { locked: LockedJob; spoken: SpokenJob },
  message: Report,
): Promise<void> {
  switch (message.kind) {
    case 'build':
      return await recordBuild(client, locked.row, message.body);
    case 'block':
      // Raw values wait for the end of the trial; nothing is decided by them.
      return;
    case 'end':
      return await recordEnd(client, dependencies, { ...locked, spoken }, message.body);
  }
}

function staleReason(locked: LockedJob | null, agentId: string, epoch: number): StaleReason {
  if (locked === null) return 'unknown_job';
  const { job } = locked;
  if (job.epoch !== epoch) return 'stale_epoch';
  if (job.state !== 'queued' && job.state !== 'claimed') return 'job_is_over';
  return job.speaker === null || job.speaker === agentId ? 'epoch_has_ended' : 'not_the_holder';
}

async function insertMessage(
  client: Queryable,
  { id, agentId }: { id: string; agentId: string },
  { kind, body }: Report,
): Promise<void> {
  const stackId = kind === 'build' ? body.stackId : null;
  await execute(client, insertSql, [
    id,
    body.jobId,
    body.epoch,
    kind,
    body.n,
    agentId,
    stackId,
    storableJson(body),
  ]);
}

async function keepAsEvidence(
  client: Queryable,
  { id, agentId, reason }: { id: string; agentId: string; reason: StaleReason },
  { kind, body }: Report,
): Promise<void> {
  if (!isUuid(agentId)) return;
  const values = [id, agentId, body.jobId, body.epoch, kind, reason, storableJson(body)];
  await execute(client, insertStaleSql, values);
}
