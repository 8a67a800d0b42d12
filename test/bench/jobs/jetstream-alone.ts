// The broker without us: its own client takes messages from a work queue on disk one by one and acks each.
import { AckPolicy, jetstream, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { systemClock } from '../../../shared/runtime/clock.ts';

export interface JetStreamAlone {
  /** Messages a second that all connections together take and ack, each ack confirmed. */
  messagesPerSecond(messages: number): Promise<number>;
  close(): Promise<void>;
}

const STREAM = 'ALONE';
const BYTES = 300;
const EMPTY_AFTER_MS = 1_000;

export async function openJetStreamAlone(url: string, connections: number): Promise<JetStreamAlone> {
  const open = await Promise.all(Array.from({ length: connections }, () => connect({ servers: url })));
  const manager = await jetstreamManager(open[0] as NatsConnection);
  await manager.streams.add({
    name: STREAM,
    subjects: ['alone'],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
  });
  await manager.consumers.add(STREAM, { durable_name: 'all', ack_policy: AckPolicy.Explicit });
  const client = jetstream(open[0] as NatsConnection);
  const consumers = await Promise.all(
    open.map((connection) => jetstream(connection).consumers.get(STREAM, 'all')),
  );
  return {
    messagesPerSecond: async (messages) => {
      for (let count = 0; count < messages; count++) await client.publish('alone', Buffer.alloc(BYTES));
      let left = messages;
      const startedMs = systemClock.monotonicMs();
      await Promise.all(
        consumers.map(async (consumer) => {
          while (left-- > 0) {
            const message = await consumer.next({ expires: EMPTY_AFTER_MS });
            if (message === null || !(await message.ackAck())) throw new Error('a message was not acked');
          }
        }),
      );
      return (1000 * messages) / (systemClock.monotonicMs() - startedMs);
    },
    close: async () => {
      for (const connection of open) await connection.close();
    },
  };
}
