// The broker may lose everything. What PostgreSQL believes to be on offer is held against what the broker says; offers
// that are gone are forgotten, and the feeder's next pass makes new ones. Forgetting one that is still there is
// harmless: a job that is offered twice is claimed once.
import type { Pool } from 'pg';
import type { CoordinatorBroker } from '../../shared/broker/broker.ts';
import type { QueueName } from '../../shared/protocol/subjects.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import { execute, queryOne, queryRows, sqlFile } from '../store/sql-file.ts';
import { storableJson } from '../store/storable.ts';

export interface ReconcilerDependencies {
  readonly pool: Pool;
  readonly broker: Pick<CoordinatorBroker, 'ensureTopology' | 'storageId' | 'queueDepth' | 'removeQueue'>;
  readonly logger: Logger;
  readonly timing?: ReconcilerTiming;
}

export interface ReconcilerTiming {
  /** An offer of which nothing was heard for that long is made again. */
  readonly offerMaximumAgeMs: number;
  /** An offer that is not in its queue may be in some agent's hands for that long. */
  readonly offerGraceMs: number;
  /** A queue that no campaign needs is removed after that. */
  readonly queueIdleMs: number;
}

export const DEFAULT_RECONCILER_TIMING: ReconcilerTiming = {
  offerMaximumAgeMs: 10 * 60_000,
  offerGraceMs: 30_000,
  queueIdleMs: 10 * 60_000,
};

export interface ReconcileReport {
  /** The broker had lost its storage since the last pass. */
  readonly wasEmptied: boolean;
  /** Offers that are to be made again. */
  readonly forgotten: number;
  readonly removedQueues: readonly QueueName[];
}

const readMemorySql = sqlFile<{ value: unknown }>(import.meta.url, 'read-memory.sql');
const setMemorySql = sqlFile(import.meta.url, 'set-memory.sql');
const forgetAllSql = sqlFile(import.meta.url, 'forget-all-offers.sql');
const forgetOldSql = sqlFile(import.meta.url, 'forget-old-offers.sql');
const forgetOfQueueSql = sqlFile(import.meta.url, 'forget-offers-of-queue.sql');
const readOfferingSql = sqlFile<QueueName>(import.meta.url, 'read-offering-queues.sql');
const deleteIdleSql = sqlFile<QueueName>(import.meta.url, 'delete-idle-queues.sql');

const STORAGE_KEY = 'broker-storage';

/** One pass; call the feeder after it when something was forgotten. */
export async function reconcileOnce(dependencies: ReconcilerDependencies): Promise<ReconcileReport> {
  const { pool, broker, timing = DEFAULT_RECONCILER_TIMING } = dependencies;
  const emptied = await forgetLostStorage(dependencies);
  let forgotten = emptied ?? 0;
  forgotten += await execute(pool, forgetOldSql, [timing.offerMaximumAgeMs]);
  for (const { lane, target, priority } of await queryRows(pool, readOfferingSql, [timing.offerGraceMs])) {
    if ((await broker.queueDepth({ lane, target, priority })) > 0) continue;
    forgotten += await execute(pool, forgetOfQueueSql, [lane, target, priority, timing.offerGraceMs]);
  }
  const removedQueues: QueueName[] = [];
  for (const { lane, target, priority } of await queryRows(pool, deleteIdleSql, [timing.queueIdleMs])) {
    await broker.removeQueue({ lane, target, priority });
    removedQueues.push({ lane, target, priority });
  }
  return { wasEmptied: emptied !== null, forgotten, removedQueues };
}

/** How many offers were lost with the broker's storage; null when it is the storage that was known. */
async function forgetLostStorage({ pool, broker, logger }: ReconcilerDependencies): Promise<number | null> {
  const storageId = await broker.storageId();
  const known = await queryOne(pool, readMemorySql, [STORAGE_KEY]);
  if (known?.value === storageId) return null;
  await broker.ensureTopology();
  const count = await execute(pool, forgetAllSql);
  // Remembered last: a crash before this line repeats the whole.
  await execute(pool, setMemorySql, [STORAGE_KEY, storableJson(storageId)]);
  logger.info(
    { storageId, offers: count },
    'the broker has another storage than before: offers are made again',
  );
  return count;
}
