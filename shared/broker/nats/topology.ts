// Streams and consumers exactly as every supported server takes them: 2.9 ignores fields that it does not know and
// 2.12 refuses them, so nothing newer than 2.9 stands here. Times are in nanoseconds, as on the wire.
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
  type ConsumerConfig,
  type StreamConfig,
} from '@nats-io/jetstream';
import type { DurableChannel } from '../broker.ts';
import {
  allLogs,
  allOffers,
  allResults,
  LOGS_STREAM,
  offerConsumer,
  OFFERS_STREAM,
  offerSubject,
  RESULTS_STREAM,
  type QueueName,
} from '../../protocol/subjects.ts';

const NS_PER_SECOND = 1_000_000_000;
const MEBIBYTE = 1024 * 1024;

/** What is asked for when a stream is made; `max_bytes` is the least that matters and may be lowered on a small disk. */
export type StreamRequest = Partial<StreamConfig> & { readonly name: string; readonly max_bytes: number };

/** Most offers of one queue that wait or are being claimed; beyond it a publisher hears `full`. */
export const MAXIMUM_OFFERS_OF_A_QUEUE = 500;

const offersStream: StreamRequest = {
  name: OFFERS_STREAM,
  subjects: [allOffers],
  retention: RetentionPolicy.Workqueue,
  storage: StorageType.File,
  num_replicas: 1,
  discard: DiscardPolicy.New,
  discard_new_per_subject: true,
  max_msgs_per_subject: MAXIMUM_OFFERS_OF_A_QUEUE,
  max_msgs: 20_000,
  max_bytes: 64 * MEBIBYTE,
  max_msg_size: 16_384,
  max_age: 3600 * NS_PER_SECOND,
  duplicate_window: 120 * NS_PER_SECOND,
  allow_direct: false,
  deny_delete: false,
  deny_purge: false,
};

const resultsStream: StreamRequest = {
  name: RESULTS_STREAM,
  subjects: [allResults],
  retention: RetentionPolicy.Workqueue,
  storage: StorageType.File,
  num_replicas: 1,
  discard: DiscardPolicy.New,
  max_bytes: 2048 * MEBIBYTE,
  max_msg_size: MEBIBYTE,
  duplicate_window: 600 * NS_PER_SECOND,
};

const logsStream: StreamRequest = {
  name: LOGS_STREAM,
  subjects: [allLogs],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  num_replicas: 1,
  discard: DiscardPolicy.Old,
  max_bytes: 1024 * MEBIBYTE,
  max_msg_size: 131_072,
  max_msgs_per_subject: 256,
  max_age: 604_800 * NS_PER_SECOND,
  allow_direct: true,
};

export const allStreams: readonly StreamRequest[] = [offersStream, resultsStream, logsStream];

/** Times that tests shorten. */
export interface TopologyTimes {
  /** How long an offer may stay unsettled; 30,000 by default. A claim takes less than a second. */
  readonly offerAckWaitMs: number;
  /** How long a result or a log part may be handled; 60,000 by default. */
  readonly durableAckWaitMs: number;
}

export const DEFAULT_TIMES: TopologyTimes = { offerAckWaitMs: 30_000, durableAckWaitMs: 60_000 };

/** Parts of one channel that are handled at once, by all coordinators together. */
export const MAXIMUM_DURABLE_IN_FLIGHT = 64;

/** The durable consumer of a queue; one pull gives one offer, so no agent books a lane. */
export function offerConsumerConfig(queue: QueueName, times: TopologyTimes): Partial<ConsumerConfig> {
  return {
    durable_name: offerConsumer(queue),
    filter_subject: offerSubject(queue),
    deliver_policy: DeliverPolicy.All,
    ack_policy: AckPolicy.Explicit,
    replay_policy: ReplayPolicy.Instant,
    ack_wait: times.offerAckWaitMs * 1_000_000,
    // Never given up: lost jobs are counted in PostgreSQL, and a message that is given up stays for ever.
    max_deliver: -1,
    max_ack_pending: 1000,
    max_waiting: 4096,
    max_batch: 1,
    max_expires: 30 * NS_PER_SECOND,
  };
}

/** Where a durable channel lives, and the consumer that empties it. */
export function durableConsumer(
  channel: DurableChannel,
  times: TopologyTimes,
): { readonly stream: string; readonly name: string; readonly config: Partial<ConsumerConfig> } {
  const isResult = channel === 'result';
  const name = isResult ? 'ingest' : 'ingest_logs';
  return {
    stream: isResult ? RESULTS_STREAM : LOGS_STREAM,
    name,
    config: {
      durable_name: name,
      filter_subject: isResult ? allResults : allLogs,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      replay_policy: ReplayPolicy.Instant,
      ack_wait: times.durableAckWaitMs * 1_000_000,
      max_deliver: -1,
      max_ack_pending: MAXIMUM_DURABLE_IN_FLIGHT,
      max_waiting: 64,
    },
  };
}
