// The broker as a port. It carries short-lived offers, results on their way and small questions; it is never the
// truth: a broker that loses everything costs time, not inspections. One contract suite (test/contract/broker) runs
// against every adapter.
//
// What is promised: offers and durable messages arrive at least once while the broker keeps its disk, in any order,
// possibly doubled; requests and notices arrive at most once.
import type { QueueName } from '../protocol/subjects.ts';

/** What became of an offer: `full` when the queue holds its limit already. */
export type OfferVerdict = 'stored' | 'duplicate' | 'full';

export interface TakenOffer {
  readonly body: Uint8Array;
  /**
   * Removes the offer. An ack is neither a lease nor a fence, and not confirmed: an offer of which it was lost comes again.
   * Settled at most once.
   */
  ack(): Promise<void>;
  /** Gives it back, to be delivered again after `delayMs`; not confirmed either. */
  giveBack(delayMs: number): Promise<void>;
}

/** The two durable ways from agents to the coordinator. */
export type DurableChannel = 'result' | 'log';

export interface DurableMessage {
  readonly channel: DurableChannel;
  readonly agentId: string;
  /** Needed for `log`. */
  readonly jobId?: string;
  readonly body: Uint8Array;
}

export interface DurableDelivery {
  readonly subject: string;
  readonly body: Uint8Array;
}

/** `done` removes the message; `retry` has it delivered again later. A handler that throws means `retry`. */
export type DurableHandler = (delivery: DurableDelivery) => Promise<'done' | 'retry'>;

export type RequestHandler = (subject: string, body: Uint8Array) => Promise<Uint8Array | null>;
export type NoticeHandler = (subject: string, body: Uint8Array) => void;

export interface Subscription {
  stop(): Promise<void>;
}

export interface BrokerHealth {
  readonly connected: boolean;
  readonly reconnects: number;
}

/** What both programs need. */
export interface AgentBroker {
  readonly kind: 'memory' | 'nats' | 'rabbitmq';
  /** One offer of the queue, or null at once when it is empty or not known. */
  takeOffer(queue: QueueName): Promise<TakenOffer | null>;
  /** Resolves once the broker has stored it. */
  publishDurable(message: DurableMessage): Promise<void>;
  /** Rejects with TROOP-1705 when nobody answers in time. */
  request(subject: string, body: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  /** At most once: nobody may be listening. */
  notify(subject: string, body: Uint8Array): Promise<void>;
  onNotice(subject: string, handler: NoticeHandler): Promise<Subscription>;
  /** A handler that gives null leaves the request unanswered. `subject` may hold `*` for one token. */
  onRequest(subject: string, handler: RequestHandler): Promise<Subscription>;
  health(): BrokerHealth;
  close(): Promise<void>;
}

/** What the coordinator needs besides: it alone makes streams and queues. */
export interface CoordinatorBroker extends AgentBroker {
  /** Makes what is missing; safe to repeat, and needed again after the broker was emptied. */
  ensureTopology(): Promise<void>;
  /**
   * Identifies the life of the broker's stored offers: another text after the broker was emptied, which means that
   * every queued job has to be offered again.
   */
  storageId(): Promise<string>;
  ensureQueue(queue: QueueName): Promise<void>;
  removeQueue(queue: QueueName): Promise<void>;
  /** Stores an offer. The id is used once: `<job>.<epoch>.<offer sequence>`. */
  offer(queue: QueueName, messageId: string, body: Uint8Array): Promise<OfferVerdict>;
  /** Offers not taken yet. */
  queueDepth(queue: QueueName): Promise<number>;
  consumeDurable(channel: DurableChannel, handler: DurableHandler): Promise<Subscription>;
}
