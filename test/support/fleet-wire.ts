// The wire of a small fleet in one process: the memory broker, real keys, real envelopes, the coordinator's answering
// loop and the agents' links. Only what the coordinator answers is up to the test.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { cachedAgentKeys, type AgentKeys } from '../../coordinator/wire/agent-keys.ts';
import { answerRequests, type RequestHandlers } from '../../coordinator/wire/answer-requests.ts';
import { createControlSender, type ControlSender } from '../../coordinator/wire/control-sender.ts';
import { deadLettersIn, type DeadLetter, type DeadLetters } from '../../coordinator/wire/dead-letters.ts';
import { createCoordinatorLink, type CoordinatorLink } from '../../agent/work/coordinator-link.ts';
import type { AgentBroker, CoordinatorBroker } from '../../shared/broker/broker.ts';
import type { MemoryFaults } from '../../shared/broker/memory/faults.ts';
import { createMemoryHub, type MemoryHub } from '../../shared/broker/memory/memory-hub.ts';
import { seal } from '../../shared/protocol/envelope.ts';
import { offerMessageId, type OfferMessage } from '../../shared/protocol/offer-message.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import { silentLogger } from '../../shared/runtime/logger.ts';

export interface AgentEnd {
  readonly agentId: string;
  readonly broker: AgentBroker;
  readonly link: CoordinatorLink;
  readonly privateKey: KeyObject;
}

export interface FleetWire {
  readonly hub: MemoryHub;
  readonly broker: CoordinatorBroker;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly keys: AgentKeys;
  readonly deadLetters: DeadLetters;
  readonly letters: readonly DeadLetter[];
  readonly control: ControlSender;
  readonly ids: Ids;
  /** A machine with a key that the coordinator knows; the same id again is another life of the same machine. */
  addAgent(agentId: string, options?: { coordinatorPublicKey?: KeyObject }): AgentEnd;
  /** From now on the coordinator does not know it any more. */
  forget(agentId: string): void;
  offer(message: OfferMessage): Promise<void>;
}

export interface FleetWireOptions {
  readonly clock: Clock;
  readonly handlers?: Partial<RequestHandlers>;
  readonly faults?: MemoryFaults;
  readonly seed?: string;
  /** How long an agent waits for an answer; 10,000. */
  readonly answerMs?: number;
}

const newKeys = (): { privateKey: KeyObject; publicKey: KeyObject } => generateKeyPairSync('ed25519');

/** Ids in the order of their making, the same in every run. */
export function countingIds(prefix = 'id'): Ids {
  let count = 0;
  return { next: () => `${prefix}-${++count}` };
}

const unexpected = (what: string) => (): Promise<never> =>
  Promise.reject(new Error(`nobody expected a ${what}`));

export async function createFleetWire(options: FleetWireOptions): Promise<FleetWire> {
  const { clock, seed, faults } = options;
  const hub = createMemoryHub({
    clock,
    ...(seed === undefined ? {} : { seed }),
    ...(faults === undefined ? {} : { faults }),
  });
  const broker = hub.connect();
  await broker.ensureTopology();
  const { privateKey, publicKey } = newKeys();
  const known = new Map<string, string>();
  const pairs = new Map<string, ReturnType<typeof newKeys>>();
  const letters: DeadLetter[] = [];
  const keys = cachedAgentKeys((agentId) => Promise.resolve(known.get(agentId) ?? null));
  const deadLetters = deadLettersIn((letter) => Promise.resolve(void letters.push(letter)));
  const ids = countingIds('coordinator');
  const common = { broker, privateKey, clock, ids, logger: silentLogger };
  await answerRequests({
    ...common,
    keys,
    deadLetters,
    handlers: {
      claim: unexpected('claim'),
      renew: unexpected('renewal'),
      heartbeat: unexpected('heartbeat'),
      ...options.handlers,
    },
  });

  return {
    hub,
    broker,
    privateKey,
    publicKey,
    keys,
    deadLetters,
    letters,
    control: createControlSender(common),
    ids,
    addAgent: (agentId, { coordinatorPublicKey = publicKey } = {}) => {
      const own = pairs.get(agentId) ?? newKeys();
      pairs.set(agentId, own);
      known.set(agentId, own.publicKey.export({ type: 'spki', format: 'pem' }).toString());
      const agentBroker = hub.connect();
      const link = createCoordinatorLink({
        broker: agentBroker,
        agentId,
        keys: { privateKey: own.privateKey, coordinatorPublicKey },
        clock,
        ids: countingIds(agentId),
        logger: silentLogger,
        timeoutMs: options.answerMs ?? 10_000,
      });
      return { agentId, broker: agentBroker, link, privateKey: own.privateKey };
    },
    forget: (agentId) => {
      known.delete(agentId);
      keys.forget(agentId);
    },
    offer: async (message) => {
      const header = {
        id: offerMessageId(message),
        cause: null,
        at: new Date(clock.nowMs()).toISOString(),
        from: 'coordinator',
        kind: 'offer',
      };
      await broker.ensureQueue(message.queue);
      await broker.offer(message.queue, header.id, seal(header, message, privateKey));
    },
  };
}

/** A key pair as text, as credentials and the database hold it. */
export function keyTexts(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey } = newKeys();
  const text = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    privateKey: text,
    publicKey: createPublicKey(createPrivateKey(text)).export({ type: 'spki', format: 'pem' }).toString(),
  };
}
