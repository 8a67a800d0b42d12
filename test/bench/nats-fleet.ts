// A coordinator's wire and some agents on a real NATS server in one process: real keys, envelopes and loops of the
// coordinator; agents that claim, renew and report without building or measuring.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { isDataError } from '../../coordinator/store/store-error.ts';
import { recordTrialMessage } from '../../coordinator/inspections/record-trial-message.ts';
import { renewLease } from '../../coordinator/inspections/renew-lease.ts';
import { cachedAgentKeys } from '../../coordinator/wire/agent-keys.ts';
import { answerRequests } from '../../coordinator/wire/answer-requests.ts';
import { createControlSender } from '../../coordinator/wire/control-sender.ts';
import { deadLettersIn } from '../../coordinator/wire/dead-letters.ts';
import { ingestMessages } from '../../coordinator/wire/ingest-messages.ts';
import { createCoordinatorLink, type CoordinatorLink } from '../../agent/work/coordinator-link.ts';
import type { AgentBroker, CoordinatorBroker } from '../../shared/broker/broker.ts';
import { openAgentBroker, openCoordinatorBroker } from '../../shared/broker/open-broker.ts';
import { seal } from '../../shared/protocol/envelope.ts';
import type { OfferMessage } from '../../shared/protocol/offer-message.ts';
import { inboxPrefix } from '../../shared/protocol/subjects.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { uuidIds } from '../../shared/runtime/ids.ts';
import { silentLogger } from '../../shared/runtime/logger.ts';
import { LEASE_MS, type World } from '../support/campaign-world.ts';

export interface BenchAgent {
  readonly id: string;
  readonly broker: AgentBroker;
  readonly link: CoordinatorLink;
  /** Publishes a message and resolves when the coordinator says that it is committed. */
  report(kind: 'block' | 'end', id: string, body: unknown): Promise<void>;
}

export interface NatsFleet {
  readonly broker: CoordinatorBroker;
  readonly encodeOffer: (offer: OfferMessage) => Uint8Array;
  readonly agents: readonly BenchAgent[];
  close(): Promise<void>;
}

const ids = uuidIds(systemClock);
const common = { clock: systemClock, logger: silentLogger, ids };

export async function openNatsFleet(
  world: World,
  url: string,
  agentIds: readonly string[],
): Promise<NatsFleet> {
  const broker = await openCoordinatorBroker({
    ...common,
    url,
    name: 'bench coordinator',
    inboxPrefix: inboxPrefix('coordinator'),
  });
  await broker.ensureTopology();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const publicKeys = new Map<string, string>();
  const keys = cachedAgentKeys((agentId) => Promise.resolve(publicKeys.get(agentId) ?? null));
  const deadLetters = deadLettersIn((letter) => Promise.reject(new Error(letter.reason)));
  const wire = { ...common, broker, privateKey, keys, deadLetters };
  const recording = { pool: world.pool, policy: world.policy, random: Math.random };
  await answerRequests({
    ...wire,
    handlers: {
      claim: (agentId, { jobId, offerSequence }) => world.claim(agentId, jobId, offerSequence),
      renew: (agentId, request) => renewLease({ pool: world.pool, leaseMs: LEASE_MS }, agentId, request),
      heartbeat: () => Promise.reject(new Error('nobody beats here')),
    },
  });
  const subscriptions = await ingestMessages({
    ...wire,
    control: createControlSender(wire),
    record: async (agentId, _id, message) => void (await recordTrialMessage(recording, agentId, message)),
    isHopeless: isDataError,
    reject: (_agentId, id) => Promise.reject(new Error(`${id} can never be recorded`)),
  });
  const agents = await Promise.all(
    agentIds.map(async (id) => {
      const own = generateKeyPairSync('ed25519');
      publicKeys.set(id, own.publicKey.export({ type: 'spki', format: 'pem' }).toString());
      return await openBenchAgent(id, url, { privateKey: own.privateKey, coordinatorPublicKey: publicKey });
    }),
  );
  return {
    broker,
    agents,
    encodeOffer: (offer) =>
      seal({ id: ids.next(), cause: null, at: '', from: 'coordinator', kind: 'offer' }, offer, privateKey),
    close: async () => {
      for (const subscription of subscriptions) await subscription.stop();
      for (const agent of agents) await agent.broker.close();
      await broker.close();
    },
  };
}

async function openBenchAgent(
  id: string,
  url: string,
  keys: { privateKey: KeyObject; coordinatorPublicKey: KeyObject },
): Promise<BenchAgent> {
  const broker = await openAgentBroker({
    ...common,
    url,
    name: `bench ${id}`,
    inboxPrefix: inboxPrefix(id),
  });
  const link = createCoordinatorLink({ ...common, broker, agentId: id, keys, timeoutMs: 30_000 });
  const waiting = new Map<string, () => void>();
  await link.onControl((message) => {
    if (message.order !== 'committed') return;
    for (const messageId of message.ids) waiting.get(messageId)?.();
  });
  return {
    id,
    broker,
    link,
    report: async (kind, messageId, body) => {
      const committed = new Promise<void>((resolve) => waiting.set(messageId, resolve));
      await broker.publishDurable({
        channel: 'result',
        agentId: id,
        body: link.sealed(kind, messageId, body),
      });
      await committed;
      waiting.delete(messageId);
    },
  };
}
