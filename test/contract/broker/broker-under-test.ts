// The brokers that the contract runs against. Each is started once a suite, with short waits before a redelivery.
import type { AgentBroker, CoordinatorBroker } from '../../../shared/broker/broker.ts';
import { createMemoryHub } from '../../../shared/broker/memory/memory-hub.ts';
import { openAgentBroker, openCoordinatorBroker } from '../../../shared/broker/open-broker.ts';
import { inboxPrefix } from '../../../shared/protocol/subjects.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { startNats, type NatsKind } from '../../support/nats.ts';

/** An offer that is not settled for so long comes again. */
export const OFFER_ACK_WAIT_MS = 1_000;

export interface BrokerUnderTest {
  openCoordinator(): Promise<CoordinatorBroker>;
  openAgent(agentId: string): Promise<AgentBroker>;
  /** The broker goes away and comes back with what it kept. */
  restart(): Promise<void>;
  /** The broker goes away and comes back with nothing. */
  wipe(): Promise<void>;
  /** Nobody can reach it until `comeBack`. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

export async function memoryUnderTest(): Promise<BrokerUnderTest> {
  const hub = createMemoryHub({
    clock: systemClock,
    offerAckWaitMs: OFFER_ACK_WAIT_MS,
    durableAckWaitMs: 2_000,
  });
  return Promise.resolve({
    openCoordinator: async () => Promise.resolve(hub.connect()),
    openAgent: async () => Promise.resolve(hub.connect()),
    restart: async () => Promise.resolve(hub.restart()),
    wipe: async () => Promise.resolve(hub.wipe()),
    goAway: async () => Promise.resolve(hub.stop()),
    comeBack: async () => Promise.resolve(hub.start()),
    stop: async () => Promise.resolve(),
  });
}

export async function natsUnderTest(version: NatsKind): Promise<BrokerUnderTest> {
  const server = await startNats({ version });
  const common = { url: server.url, clock: systemClock, logger: silentLogger, connectTimeoutMs: 10_000 };
  const times = { offerAckWaitMs: OFFER_ACK_WAIT_MS, durableAckWaitMs: 2_000 };
  return {
    openCoordinator: () =>
      openCoordinatorBroker({ ...common, name: 'coordinator', inboxPrefix: '_INBOX_coordinator', times }),
    openAgent: (agentId) => openAgentBroker({ ...common, name: agentId, inboxPrefix: inboxPrefix(agentId) }),
    restart: server.restart,
    wipe: server.wipe,
    goAway: server.kill,
    comeBack: server.restart,
    stop: server.stop,
  };
}
