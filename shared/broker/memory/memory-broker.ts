// One client of the memory hub. It behaves as a client of a real broker does: it answers later and never within the
// call, it fails while the hub is down, and it forgets its subscriptions when it is closed.
import { TroopError } from '../../errors/troop-error.ts';
import { queueText } from '../../protocol/subjects.ts';
import type { AgentBroker, CoordinatorBroker, NoticeHandler, Subscription } from '../broker.ts';
import { consumeFromMemory } from './consume-durable.ts';
import { makeStorage, type HubState, type Listener, type Storage } from './hub-state.ts';
import { publishToMemory, storeOffer, takeFromMemory } from './memory-offers.ts';
import { memoryRequest } from './memory-request.ts';
import { subjectMatches } from './subject-match.ts';

/** The client's way to the hub, and what it has to give back when it is closed. */
interface Connection {
  readonly state: HubState;
  isClosed: boolean;
  readonly subscriptions: Set<Subscription>;
}

/** Opens a client; use `createMemoryHub(...).connect()`. */
export function memoryBroker(state: HubState): CoordinatorBroker {
  const connection: Connection = { state, isClosed: false, subscriptions: new Set() };
  return { ...agentSide(connection), ...coordinatorSide(connection) };
}

function agentSide(connection: Connection): AgentBroker {
  const { state } = connection;
  const dropsAtStart = state.drops;
  return {
    kind: 'memory',
    takeOffer: async (queue) => takeFromMemory(state, await reach(connection), queue),
    publishDurable: async (message) => {
      publishToMemory(state, await reachStorage(connection, message.channel), message);
    },
    request: async (subject, body, timeoutMs) => {
      await reach(connection);
      return memoryRequest(state, { subject, body, timeoutMs });
    },
    notify: async (subject, body) => {
      await Promise.resolve();
      if (state.isUp && !connection.isClosed) tellEverybody(state, subject, body);
    },
    onNotice: (subject, handler) => listen(connection, state.notices, { pattern: subject, handler }),
    onRequest: (subject, handler) => listen(connection, state.requests, { pattern: subject, handler }),
    health: () => ({
      connected: state.isUp && !connection.isClosed,
      reconnects: (state.isUp ? state.drops : state.drops - 1) - dropsAtStart,
    }),
    close: async () => {
      connection.isClosed = true;
      await Promise.all([...connection.subscriptions].map((subscription) => subscription.stop()));
    },
  };
}

function coordinatorSide(connection: Connection): Omit<CoordinatorBroker, keyof AgentBroker> {
  const { state } = connection;
  return {
    ensureTopology: async () => {
      await reach(connection);
      makeStorage(state);
    },
    storageId: async () => {
      await reach(connection);
      return makeStorage(state).id;
    },
    ensureQueue: async (queue) => {
      (await reachStorage(connection, queueText(queue))).queues.add(queueText(queue));
    },
    removeQueue: async (queue) => {
      const storage = await reachStorage(connection, queueText(queue));
      storage.queues.delete(queueText(queue));
      storage.offers.delete(queueText(queue));
    },
    offer: async (queue, messageId, body) =>
      storeOffer(state, await reachStorage(connection, 'offer'), { queue, messageId, body }),
    queueDepth: async (queue) => (await reach(connection))?.offers.get(queueText(queue))?.untouched() ?? 0,
    consumeDurable: async (channel, handler) => {
      await reach(connection);
      return own(connection, consumeFromMemory(state, channel, handler));
    },
  };
}

/** Every call crosses a network that may be gone. */
async function reach(connection: Connection): Promise<Storage | null> {
  const { state } = connection;
  await Promise.resolve();
  await state.dice.travel();
  const unreachable = (reason: string): TroopError =>
    new TroopError('TROOP-1704', { url: 'memory:', reason });
  if (connection.isClosed) throw unreachable('this client is closed');
  if (!state.isUp) throw unreachable('it is down');
  return state.storage;
}

async function reachStorage(connection: Connection, what: string): Promise<Storage> {
  const storage = await reach(connection);
  if (storage === null) throw new TroopError('TROOP-1706', { what, reason: 'there is no stream for it' });
  return storage;
}

async function listen<Handler>(
  connection: Connection,
  listeners: Set<Listener<Handler>>,
  listener: Listener<Handler>,
): Promise<Subscription> {
  await reach(connection);
  listeners.add(listener);
  return own(connection, async () => {
    listeners.delete(listener);
  });
}

function own(connection: Connection, stop: () => Promise<void>): Subscription {
  const subscription = {
    stop: async () => {
      connection.subscriptions.delete(subscription);
      await stop();
    },
  };
  connection.subscriptions.add(subscription);
  return subscription;
}

function tellEverybody(state: HubState, subject: string, body: Uint8Array): void {
  for (const listener of state.notices) {
    if (!subjectMatches(listener.pattern, subject)) continue;
    const times = state.dice.isDoubled() ? 2 : 1;
    for (let time = 0; time < times; time++) {
      if (!state.dice.isLost()) void deliverNotice(state, listener, { subject, body: Uint8Array.from(body) });
    }
  }
}

async function deliverNotice(
  state: HubState,
  listener: Listener<NoticeHandler>,
  notice: { subject: string; body: Uint8Array },
): Promise<void> {
  await state.dice.travel();
  await Promise.resolve();
  if (!state.notices.has(listener)) return;
  try {
    listener.handler(notice.subject, notice.body);
  } catch {
    // As across a network: who sent the notice never learns what became of it.
  }
}
