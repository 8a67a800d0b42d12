// Networks that fail without saying so: connections that carry nothing any more and are closed by nobody. Database and broker stand behind proxies that do this.
import { afterAll, beforeAll, test } from 'vitest';
import {
  expectAllWell,
  inABlock,
  leaseRunOut,
  openChaosFleet,
  type ChaosFleet,
} from '../support/chaos-campaign.ts';
import { startFleet } from '../support/e2e-fleet.ts';
import { startNats, type TestNats } from '../support/nats.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { startTcpFaultProxy, type TcpFaultProxy } from '../support/tcp-fault-proxy.ts';

const PROJECT = 'steady';
const STACKS = 2;

let database: TestDatabase;
let nats: TestNats;
let toDatabase: TcpFaultProxy;
let toBroker: TcpFaultProxy;
let agentToBroker: TcpFaultProxy;
let chaos: ChaosFleet;

const throughProxy = (address: string, proxy: TcpFaultProxy): string => {
  const url = new URL(address);
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  return url.href;
};

const proxyTo = (address: string): Promise<TcpFaultProxy> => {
  const { hostname, port } = new URL(address);
  return startTcpFaultProxy({ host: hostname, port: Number(port || 5432) });
};

beforeAll(async () => {
  database = await createTestDatabase();
  nats = await startNats();
  toDatabase = await proxyTo(database.url);
  toBroker = await proxyTo(nats.url);
  agentToBroker = await proxyTo(nats.url);
  const flags = [
    `--database-url=${throughProxy(database.url, toDatabase)}`,
    `--broker=${throughProxy(nats.url, toBroker)}`,
  ];
  const environment = {
    TROOP_LEASE_MS: '6000',
    TROOP_RETRY_BASE_MS: '50',
    TROOP_AGENT_BROKER: throughProxy(nats.url, agentToBroker),
  };
  chaos = await openChaosFleet(await startFleet({ flags, environment, databaseUrl: database.url }));
  await chaos.know({ [PROJECT]: STACKS + 2 });
});
afterAll(async () => {
  await chaos.close();
  await chaos.fleet.stop();
  for (const proxy of [toDatabase, toBroker, agentToBroker]) await proxy.close();
  await nats.stop();
  await database.drop();
});

test('agent and coordinator hear nothing any more of broker and database, and no connection is closed', async () => {
  await chaos.campaign('deaf', { project: PROJECT, stacks: STACKS });
  const held = await inABlock(chaos, 'deaf');
  const proxies = [agentToBroker, toBroker, toDatabase];
  for (const proxy of proxies) proxy.goSilent();
  await leaseRunOut(chaos, held);
  for (const proxy of proxies) proxy.heal();
  await expectAllWell(chaos, 'deaf', STACKS);
});
