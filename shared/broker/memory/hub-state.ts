// What the clients of one memory hub share: the store, who listens, and whether the hub can be reached.
import type { Clock } from '../../runtime/clock.ts';
import { queueText, type QueueName } from '../../protocol/subjects.ts';
import type { DurableChannel, NoticeHandler, RequestHandler } from '../broker.ts';
import type { FaultDice, MemoryFaults } from './faults.ts';
import { messageStore, type MessageStore } from './message-store.ts';

export interface MemoryHubOptions {
  readonly clock: Clock;
  /** Seeds the faults; without one no fault is drawn differently between runs. */
  readonly seed?: string;
  readonly faults?: MemoryFaults;
  /** An offer that is not settled for so long is offered again; 30,000 by default. */
  readonly offerAckWaitMs?: number;
  /** A result or log message likewise; 60,000 by default. */
  readonly durableAckWaitMs?: number;
  /** Most offers a queue holds; 500 by default. */
  readonly maximumOffers?: number;
  /** For how long an offer's id is remembered; 120,000 by default. */
  readonly duplicateWindowMs?: number;
}

export interface Listener<Handler> {
  readonly pattern: string;
  readonly handler: Handler;
}

/** What the clients share. */
export interface HubState {
  readonly options: Required<Omit<MemoryHubOptions, 'seed' | 'faults'>>;
  readonly dice: FaultDice;
  readonly notices: Set<Listener<NoticeHandler>>;
  readonly requests: Set<Listener<RequestHandler>>;
  /** Consumers that wait for something to arrive. */
  readonly waiting: Set<() => void>;
  isUp: boolean;
  /** Connections lost so far. */
  drops: number;
  /** Life of the store: null until the topology was made. */
  storage: Storage | null;
  generation: number;
}

export interface Storage {
  readonly id: string;
  /** By queue text; offers to a queue that nobody made wait in `offers` all the same. */
  readonly offers: Map<string, MessageStore>;
  readonly queues: Set<string>;
  readonly durable: Record<DurableChannel, MessageStore>;
  /** Offer ids, with the monotonic time until which they are remembered. */
  readonly seenIds: Map<string, number>;
}

/** Makes the store when there is none. */
export function makeStorage(state: HubState): Storage {
  if (state.storage === null) {
    state.generation += 1;
    state.storage = {
      id: `memory-${state.generation}`,
      offers: new Map(),
      queues: new Set(),
      durable: { result: messageStore(), log: messageStore() },
      seenIds: new Map(),
    };
    wake(state);
  }
  return state.storage;
}

/** The offers of a queue, made or not. */
export function offersOf(storage: Storage, queue: QueueName): MessageStore {
  const key = queueText(queue);
  const found = storage.offers.get(key);
  if (found !== undefined) return found;
  const made = messageStore();
  storage.offers.set(key, made);
  return made;
}

/** Tells waiting consumers to look again. */
export function wake(state: HubState): void {
  const waiting = [...state.waiting];
  state.waiting.clear();
  for (const look of waiting) look();
}

/** Everything that is kept. */
export function storesOf(state: HubState): MessageStore[] {
  const storage = state.storage;
  return storage === null ? [] : [...storage.offers.values(), storage.durable.result, storage.durable.log];
}

/** Whether the next message is the oldest (undefined), or which it is instead. */
export function pickOf(state: HubState): ((count: number) => number) | undefined {
  return state.dice.isReordered() ? state.dice.pick : undefined;
}
