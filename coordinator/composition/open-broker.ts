// The broker: the one that was given, else a NATS server of our own with a user for every agent.
import { join } from 'node:path';
import type { CoordinatorBroker } from '../../shared/broker/broker.ts';
import { parseNatsUrl } from '../../shared/broker/nats/nats-url.ts';
import { openCoordinatorBroker } from '../../shared/broker/open-broker.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Lifecycle } from '../../shared/runtime/lifecycle.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { BrokerAccess } from '../api/agents.ts';
import type { CoordinatorConfig } from '../config.ts';
import type { DataDirectory } from '../embedded/data-directory.ts';
import { findNatsServer } from '../embedded/find-nats-server.ts';
import { startNatsProcess } from '../embedded/nats-process.ts';

export interface OpenBroker {
  readonly broker: CoordinatorBroker;
  readonly description: string;
  /** How an agent that called us under `host` reaches the broker. */
  readonly accessFor: (agentId: string, host: string) => Promise<BrokerAccess>;
  /** Ends the access of an agent that was removed. */
  readonly forget: (agentId: string) => Promise<void>;
}

interface Options {
  readonly config: CoordinatorConfig;
  readonly data: DataDirectory;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

interface Server extends Omit<OpenBroker, 'broker'> {
  readonly url: string;
}

export async function openBroker(options: Options): Promise<OpenBroker> {
  const { config, clock, logger, lifecycle, signal } = options;
  const server =
    config.brokerUrl === null ? await startOwn(options) : given(config.brokerUrl, config.agentBrokerUrl);
  const broker = await openCoordinatorBroker({
    url: server.url,
    name: 'coordinator',
    inboxPrefix: '_INBOX_coordinator',
    clock,
    logger,
    signal,
  });
  lifecycle.started({ name: 'broker connection', stop: () => broker.close() });
  await broker.ensureTopology();
  const { description, accessFor, forget } = server;
  return { broker, description, accessFor, forget };
}

const ANYWHERE = new Set(['0.0.0.0', '::']);

async function startOwn({
  config,
  data,
  clock,
  logger,
  lifecycle,
  environment,
  signal,
}: Options): Promise<Server> {
  const binary = await findNatsServer({
    cacheDirectory: join(data.cache, 'tools'),
    environment,
    clock,
    signal,
  });
  const nats = await startNatsProcess({
    directory: data.nats,
    binary,
    host: config.host,
    clock,
    logger,
    signal,
  });
  lifecycle.started({ name: 'nats', stop: () => nats.stop() });
  return {
    url: nats.url,
    description: `nats ${binary.version} (embedded, port ${nats.port})`,
    accessFor: async (agentId, host) => {
      const { user, password } = await nats.addAgentUser(agentId);
      // Who listens everywhere is reached as the agent reached us.
      const reached = ANYWHERE.has(nats.host) ? host : nats.host;
      return {
        url: `nats://${reached.includes(':') ? `[${reached}]` : reached}:${nats.port}`,
        user,
        password,
      };
    },
    forget: (agentId) => nats.removeAgentUser(agentId),
  };
}

/** Our own credentials are not for agents: without an address for them they get ours without user and password. */
function given(url: string, agentUrl: string | null): Server {
  const addresses = (agentUrl ?? url).split(',').map((one) => new URL(one.trim()));
  const { user, password } = agentUrl === null ? {} : parseNatsUrl(agentUrl);
  const access = { user: user ?? null, password: password ?? null };
  for (const address of addresses) {
    address.username = '';
    address.password = '';
  }
  return {
    url,
    description: 'nats (given)',
    accessFor: () => Promise.resolve({ url: addresses.map(({ href }) => href).join(','), ...access }),
    forget: () => Promise.resolve(),
  };
}
