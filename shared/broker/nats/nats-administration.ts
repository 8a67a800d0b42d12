// Streams and consumers: made, changed where their settings differ, removed. Every call may be repeated.
import type { ConsumerConfig, JetStreamManager } from '@nats-io/jetstream';
import { OFFERS_STREAM, offerConsumer, offerSubject, type QueueName } from '../../protocol/subjects.ts';
import { apiCodeOf } from './nats-errors.ts';
import {
  allStreams,
  durableConsumer,
  offerConsumerConfig,
  type StreamRequest,
  type TopologyTimes,
} from './topology.ts';

const CONSUMER_NOT_FOUND = 10014;
const CONSUMER_EXISTS = 10148;
const INSUFFICIENT_STORAGE = 10047;
const STREAM_NAME_IN_USE = 10058;
const STREAM_NOT_FOUND = 10059;
const LEAST_STREAM_BYTES = 64 * 1024 * 1024;

/** Makes or corrects all streams, and the consumers of the durable channels. */
export async function ensureNatsTopology(manager: JetStreamManager, times: TopologyTimes): Promise<void> {
  for (const stream of allStreams) await ensureStream(manager, stream);
  for (const channel of ['result', 'log'] as const) {
    const { stream, config } = durableConsumer(channel, times);
    await ensureConsumer(manager, stream, config);
  }
}

async function ensureStream(manager: JetStreamManager, wanted: StreamRequest): Promise<void> {
  // A disk that cannot promise the whole size gets a smaller stream; the limits refuse, they do not lose.
  for (let bytes = wanted.max_bytes; ; bytes = Math.floor(bytes / 2)) {
    const config = { ...wanted, max_bytes: bytes };
    try {
      await addOrUpdate(manager, config);
      return;
    } catch (error) {
      if (apiCodeOf(error) !== INSUFFICIENT_STORAGE || bytes / 2 < LEAST_STREAM_BYTES) throw error;
    }
  }
}

async function addOrUpdate(manager: JetStreamManager, config: StreamRequest): Promise<void> {
  try {
    await manager.streams.add(config);
  } catch (error) {
    if (apiCodeOf(error) !== STREAM_NAME_IN_USE) throw error;
    await manager.streams.update(config.name, config);
  }
}

async function ensureConsumer(
  manager: JetStreamManager,
  stream: string,
  config: Partial<ConsumerConfig>,
): Promise<void> {
  try {
    await manager.consumers.add(stream, config);
  } catch (error) {
    // Servers before 2.10 correct an existing one by themselves.
    if (apiCodeOf(error) !== CONSUMER_EXISTS || config.durable_name === undefined) throw error;
    await manager.consumers.update(stream, config.durable_name, config);
  }
}

export async function ensureNatsQueue(
  manager: JetStreamManager,
  queue: QueueName,
  times: TopologyTimes,
): Promise<void> {
  await ensureConsumer(manager, OFFERS_STREAM, offerConsumerConfig(queue, times));
}

/** Removes a queue's consumer and what it had left. */
export async function removeNatsQueue(manager: JetStreamManager, queue: QueueName): Promise<void> {
  await unlessMissing(manager.consumers.delete(OFFERS_STREAM, offerConsumer(queue)));
  await unlessMissing(manager.streams.purge(OFFERS_STREAM, { filter: offerSubject(queue) }));
}

/** Offers of the queue that nobody has taken yet. */
export async function natsQueueDepth(manager: JetStreamManager, queue: QueueName): Promise<number> {
  const info = await unlessMissing(manager.consumers.info(OFFERS_STREAM, offerConsumer(queue)));
  return info?.num_pending ?? 0;
}

/** When the offers' stream was made; the topology is made first when there is none. */
export async function natsStorageId(manager: JetStreamManager, times: TopologyTimes): Promise<string> {
  const found = await unlessMissing(manager.streams.info(OFFERS_STREAM));
  if (found !== null) return found.created;
  await ensureNatsTopology(manager, times);
  return (await manager.streams.info(OFFERS_STREAM)).created;
}

async function unlessMissing<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    const code = apiCodeOf(error);
    if (code === CONSUMER_NOT_FOUND || code === STREAM_NOT_FOUND) return null;
    throw error;
  }
}
