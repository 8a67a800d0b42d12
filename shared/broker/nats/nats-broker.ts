// The broker port on NATS JetStream, servers 2.9.10 to current. Offers carry a message id, so that one offered twice is
// stored once; results and logs carry none, since a repeated result must reach the database, which knows it by its own id.
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { TroopError } from '../../errors/troop-error.ts';
import {
  logSubject,
  offerSubject,
  queueText,
  resultSubject,
  type QueueName,
} from '../../protocol/subjects.ts';
import type {
  AgentBroker,
  CoordinatorBroker,
  DurableMessage,
  OfferVerdict,
  Subscription,
} from '../broker.ts';
import { consumeFromNats } from './consume-durable.ts';
import {
  ensureNatsQueue,
  ensureNatsTopology,
  natsQueueDepth,
  natsStorageId,
  removeNatsQueue,
} from './nats-administration.ts';
import {
  openNatsConnection,
  type NatsConnectionOptions,
  type OpenNatsConnection,
} from './nats-connection.ts';
import { apiCodeOf, brokerError, isNobodyThere, isTimeout } from './nats-errors.ts';
import { subscribeNotices, subscribeRequests } from './nats-listen.ts';
import { takeFromNats } from './nats-offers.ts';
import { DEFAULT_TIMES, durableConsumer, type TopologyTimes } from './topology.ts';

export interface NatsBrokerOptions extends NatsConnectionOptions {
  readonly times?: Partial<TopologyTimes>;
}

const PUBLISH_TIMEOUT_MS = 5_000;
/** "maximum messages exceeded", of the stream or of the subject. */
const STREAM_FULL = 10077;

/** Connects as an agent; needs no right beyond the least ones. Throws TROOP-1704. */
export async function openNatsAgentBroker(options: NatsBrokerOptions): Promise<AgentBroker> {
  return agentSide(await openNatsConnection(options), options);
}

/** Connects as the coordinator. Throws TROOP-1704. */
export async function openNatsCoordinatorBroker(options: NatsBrokerOptions): Promise<CoordinatorBroker> {
  const open = await openNatsConnection(options);
  // Nothing is asked of the server here: JetStream may still be recovering its store.
  const manager = await jetstreamManager(open.connection, { checkAPI: false });
  const times = { ...DEFAULT_TIMES, ...options.times };
  return { ...agentSide(open, options), ...coordinatorSide(open, manager, { ...options, times }) };
}

function agentSide(open: OpenNatsConnection, options: NatsBrokerOptions): AgentBroker {
  const { connection, address } = open;
  const client = jetstream(connection);
  const { clock, inboxPrefix } = options;
  const source = { connection, clock, inboxPrefix, shownUrl: address.shown };
  return {
    kind: 'nats',
    takeOffer: async (queue) => {
      requireConnected(open);
      return takeFromNats(source, queue);
    },
    publishDurable: async (message) => {
      requireConnected(open);
      await publishDurable(client, address.shown, message);
    },
    request: async (subject, body, timeoutMs) => {
      try {
        return Uint8Array.from((await connection.request(subject, body, { timeout: timeoutMs })).data);
      } catch (error) {
        if (isNobodyThere(error) || isTimeout(error)) {
          throw new TroopError('TROOP-1705', { subject, timeoutMs }, { cause: error });
        }
        throw brokerError(`a request on ${subject}`, address.shown, error);
      }
    },
    notify: async (subject, body) => {
      await Promise.resolve();
      // While the server is away the client would keep it and send it late; a notice is for now.
      if (open.health().connected) connection.publish(subject, body);
    },
    onNotice: (subject, handler) => subscribeNotices({ ...options, connection }, subject, handler),
    onRequest: (subject, handler) => subscribeRequests({ ...options, connection }, subject, handler),
    health: open.health,
    close: open.close,
  };
}

function coordinatorSide(
  open: OpenNatsConnection,
  manager: JetStreamManager,
  options: NatsBrokerOptions & { readonly times: TopologyTimes },
): Omit<CoordinatorBroker, Exclude<keyof AgentBroker, 'close'>> {
  const { connection, address } = open;
  const client = jetstream(connection);
  const { times, clock, logger } = options;
  const orBrokerError = async <T>(what: string, call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      throw brokerError(what, address.shown, error);
    }
  };
  const consumers = new Set<Subscription>();
  const ensureTopology = (): Promise<void> =>
    orBrokerError('the streams', ensureNatsTopology(manager, times));
  return {
    ensureTopology,
    storageId: () => orBrokerError('the streams', natsStorageId(manager, times)),
    ensureQueue: (queue) =>
      orBrokerError(`queue ${queueText(queue)}`, ensureNatsQueue(manager, queue, times)),
    removeQueue: (queue) => orBrokerError(`queue ${queueText(queue)}`, removeNatsQueue(manager, queue)),
    offer: async (queue, messageId, body) => {
      requireConnected(open);
      return offer(client, address.shown, { queue, messageId, body });
    },
    queueDepth: (queue) => orBrokerError(`queue ${queueText(queue)}`, natsQueueDepth(manager, queue)),
    consumeDurable: async (channel, handler) => {
      const { stream, name } = durableConsumer(channel, times);
      await ensureTopology();
      const consumer = consumeFromNats({
        connection,
        inboxPrefix: options.inboxPrefix,
        clock,
        logger,
        stream,
        consumer: name,
        handler,
        onReconnect: open.onReconnect,
        ensure: ensureTopology,
      });
      consumers.add(consumer);
      return {
        stop: async () => {
          consumers.delete(consumer);
          await consumer.stop();
        },
      };
    },
    close: async () => {
      // What is being handled is settled while there is a connection.
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      await open.close();
    },
  };
}

/** While the server is away the client would keep a message and send it late, when its sender has given it up. */
function requireConnected(open: OpenNatsConnection): void {
  if (open.health().connected) return;
  const reason = open.connection.isClosed() ? 'this client is closed' : 'the connection is lost';
  throw new TroopError('TROOP-1704', { url: open.address.shown, reason });
}

async function publishDurable(
  client: JetStreamClient,
  shownUrl: string,
  message: DurableMessage,
): Promise<void> {
  const subject =
    message.channel === 'result'
      ? resultSubject(message.agentId)
      : logSubject(message.agentId, message.jobId ?? '');
  try {
    await client.publish(subject, message.body, { timeout: PUBLISH_TIMEOUT_MS });
  } catch (error) {
    throw brokerError(`a message on ${subject}`, shownUrl, error);
  }
}

async function offer(
  client: JetStreamClient,
  shownUrl: string,
  made: { queue: QueueName; messageId: string; body: Uint8Array },
): Promise<OfferVerdict> {
  const subject = offerSubject(made.queue);
  try {
    const stored = await client.publish(subject, made.body, {
      msgID: made.messageId,
      timeout: PUBLISH_TIMEOUT_MS,
    });
    return stored.duplicate ? 'duplicate' : 'stored';
  } catch (error) {
    if (apiCodeOf(error) === STREAM_FULL) return 'full';
    throw brokerError(`an offer on ${subject}`, shownUrl, error);
  }
}
