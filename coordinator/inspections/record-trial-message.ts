// Takes in what a trial reports. A message counts only from (job, agent, epoch): while the job is claimed, or while
// nobody else has claimed it since the lease ran out. Each is stored once under its id; what comes too late or from
// somebody else is kept as evidence. When this resolves, the message is committed, whatever became of it.
import type { Pool } from 'pg';
import { agentId as agentIdOf, asSpokenBy, type SpokenJob } from '../../shared/inspection/job-state.ts';
import type { RetryPolicy } from '../../shared/inspection/retry-policy.ts';
import { trialMessageId } from '../../shared/protocol/trial-messages.ts';
import { transaction } from '../store/pool.ts';
import { execute, queryOne, run, sqlFile, type Queryable, type Statement } from '../store/sql-file.ts';
import { storableJson } from '../store/storable.ts';
import type { TransactionClient } from '../store/transaction-client.ts';
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
  const id = trialMessageId(message.kind, message.body);
  if (waitsForEnd(message) && (await isStoredAlone(pool, { id, agentId }, message))) {
    return { id, stored: 'accepted' };
  }
  return await transaction(pool, (client) => record(client, dependencies, agentId, message), {
    readsFirst: true,
  });
}

type Report = BuildArrival | BlockArrival | EndArrival;

async function record(
  client: TransactionClient,
  dependencies: RecordDependencies,
  agentId: string,
  message: Report,
): Promise<Recorded> {
  const id = trialMessageId(message.kind, message.body);
  const locked = await lockJob(client, message.body.jobId);
  const spoken = locked && asSpokenBy(locked.job, agentIdOf(agentId), message.body.epoch);
  if (locked === null || spoken === null) {
    if (locked !== null && isUuid(agentId) && (await queryOne(client, findSql, [id, agentId])) !== null) {
      return { id, stored: 'duplicate' };
    }
    const reason = staleReason(locked, agentId, message.body.epoch);
    await keepAsEvidence(client, { id, agentId, reason }, message);
    return { id, stored: 'stale', reason };
  }
  const isNew = await apply(client, dependencies, { locked, spoken, id, agentId }, message);
  return { id, stored: isNew ? 'accepted' : 'duplicate' };
}

/** By blocks, and by what could be built, nothing is decided before the end of the trial. */
const waitsForEnd = (message: Report): boolean =>
  message.kind === 'block' || (message.kind === 'build' && message.body.failure === null);

/** Stores the message with a single statement, as nearly all are; false when something about it has to be looked into. */
async function isStoredAlone(
  pool: Pool,
  { id, agentId }: { id: string; agentId: string },
  message: Report,
): Promise<boolean> {
  if (!isUuid(message.body.jobId) || !isUuid(agentId)) return false;
  return (await run(pool, storedMessage({ id, agentId }, message))).count === 1;
}

interface Accepted {
  readonly locked: LockedJob;
  readonly spoken: SpokenJob;
  readonly id: string;
  readonly agentId: string;
}

/** Stores the message and does what follows from it; false when it was stored before. */
async function apply(
  client: TransactionClient,
  dependencies: RecordDependencies,
  { locked, spoken, id, agentId }: Accepted,
  message: Report,
): Promise<boolean> {
  const stored = storedMessage({ id, agentId }, message);
  switch (message.kind) {
    case 'build':
      return await recordBuild(client, { row: locked.row, stored }, message.body);
    case 'block': {
      const [{ count }] = await client.commitWith([stored]);
      return count === 1;
    }
    case 'end':
      return await recordEnd(client, dependencies, { ...locked, spoken, stored }, message.body);
  }
}

function staleReason(locked: LockedJob | null, agentId: string, epoch: number): StaleReason {
  if (locked === null) return 'unknown_job';
  const { job } = locked;
  if (job.epoch !== epoch) return 'stale_epoch';
  if (job.state !== 'queued' && job.state !== 'claimed') return 'job_is_over';
  return job.speaker === null || job.speaker === agentId ? 'epoch_has_ended' : 'not_the_holder';
}

/** Changes nothing when (job, agent, epoch) does not speak for the job, or when there is one of that id, which came from there too. */
function storedMessage({ id, agentId }: { id: string; agentId: string }, { kind, body }: Report): Statement {
  const stackId = kind === 'build' ? body.stackId : null;
  const values = [id, body.jobId, body.epoch, kind, body.n, agentId, stackId, storableJson(body)];
  return { sql: insertSql, values };
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
