// Tops up the window of one queue: which jobs is decided in SQL, under the queue's lock and committed, and only then
// are the offers published. A crash in between leaves jobs that count as offered and are not: the reconciler finds them.
import type { Pool } from 'pg';
import type { CoordinatorBroker } from '../../shared/broker/broker.ts';
import { offerMessageId, type OfferMessage } from '../../shared/protocol/offer-message.ts';
import type { QueueName } from '../../shared/protocol/subjects.ts';
import { transaction } from '../store/pool.ts';
import { execute, queryRows, sqlFile } from '../store/sql-file.ts';

export interface OfferDependencies {
  readonly pool: Pool;
  readonly broker: Pick<CoordinatorBroker, 'ensureQueue' | 'offer'>;
  /** Wraps and signs an offer for the wire. */
  readonly encodeOffer: (offer: OfferMessage) => Uint8Array;
}

interface OfferRow {
  readonly id: string;
  readonly next_epoch: number;
  readonly offer_sequence: number;
}

const lockQueueSql = sqlFile<{ lane: string }>(import.meta.url, 'lock-queue.sql');
const takeOffersSql = sqlFile<OfferRow>(import.meta.url, 'take-offers.sql');
const withdrawSql = sqlFile(import.meta.url, 'withdraw-offer.sql');

/** Gives how many offers the broker has stored. What it refuses, or what fails to reach it, may be offered again. */
export async function offerJobs(
  dependencies: OfferDependencies,
  queue: QueueName,
  room: number,
): Promise<number> {
  const { pool, broker } = dependencies;
  const key = [queue.lane, queue.target, queue.priority];
  const rows = await transaction(pool, async (client) => {
    await queryRows(client, lockQueueSql, key);
    return await queryRows(client, takeOffersSql, [...key, room]);
  });
  if (rows.length === 0) return 0;
  const inOrder = rows.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const made = broker.ensureQueue(queue);
  // One behind the other, and none waits until the one before it is stored.
  const published = await Promise.allSettled(
    inOrder.map(async (row) => {
      await made;
      return await publish(dependencies, queue, row);
    }),
  );
  const left = inOrder.filter((_row, place) => {
    const one = published[place];
    return one?.status !== 'fulfilled' || !one.value;
  });
  for (const { id, offer_sequence: sequence } of left) await execute(pool, withdrawSql, [id, sequence]);
  const failed = published.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return inOrder.length - left.length;
}

/** False when the queue is full. */
async function publish(
  { broker, encodeOffer }: OfferDependencies,
  queue: QueueName,
  row: OfferRow,
): Promise<boolean> {
  const offer: OfferMessage = {
    jobId: row.id,
    queue: { ...queue },
    nextEpoch: row.next_epoch,
    offerSequence: row.offer_sequence,
  };
  const verdict = await broker.offer(queue, offerMessageId(offer), encodeOffer(offer));
  return verdict !== 'full';
}
