import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../../coordinator/embedded/free-port.ts';
import type { NatsBrokerOptions } from '../../../shared/broker/nats/nats-broker.ts';
import { openAgentBroker, openCoordinatorBroker } from '../../../shared/broker/open-broker.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { startNats, type TestNats } from '../../support/nats.ts';
import { until } from '../../support/until.ts';

const options = (url: string): NatsBrokerOptions => ({
  url,
  name: 'agent-a',
  inboxPrefix: '_INBOX_agent-a',
  clock: systemClock,
  logger: silentLogger,
});
const queue = { lane: 'any', target: 'linux_x86_64-cp311', priority: 1 } as const;
const closing: { close(): unknown }[] = [];
let nats: TestNats;

beforeEach(async () => {
  nats = await startNats();
});
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
  await nats.stop();
});

/** Listens on a port and does with a connection as told. */
const listening = async (port: number, onSocket: (socket: Socket) => void): Promise<Server> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  }).listen({ host: '127.0.0.1', port });
  await until(() => server.listening);
  closing.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return server;
};

test('a broker that is not there is told with its address and without the password', async () => {
  const port = await freePort('127.0.0.1');
  const opening = openAgentBroker({
    ...options(`nats://a:hunter2@127.0.0.1:${port}`),
    connectTimeoutMs: 300,
  });
  const error: unknown = await opening.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'TROOP-1704', facts: { url: `nats://127.0.0.1:${port}` } });
  expect(`${JSON.stringify(error)}${String(error)}`).not.toContain('hunter2');
});

test('something that listens and never speaks is given up as well', async () => {
  const port = await freePort('127.0.0.1');
  await listening(port, () => {});
  const opening = openAgentBroker({ ...options(`nats://127.0.0.1:${port}`), connectTimeoutMs: 700 });
  await expect(opening).rejects.toMatchObject({ code: 'TROOP-1704' });
});

test.each([
  ['greets with something else', (socket: Socket) => void socket.write('220 mail.example ready\r\n')],
  ['hangs up at once', (socket: Socket) => void socket.end()],
  [
    'greets like a broker and hangs up',
    (socket: Socket) => void socket.end('INFO {"server_id":"x","version":"2.9.0","max_payload":1048576}\r\n'),
  ],
  ['greets with something else and hangs up', (socket: Socket) => void socket.end('SSH-2.0-other\r\n')],
])('something that listens and %s is given up in time', async (_what, onSocket) => {
  const port = await freePort('127.0.0.1');
  await listening(port, onSocket);
  const opening = openAgentBroker({ ...options(`nats://127.0.0.1:${port}`), connectTimeoutMs: 1_500 });
  await expect(opening).rejects.toMatchObject({ code: 'TROOP-1704' });
});

test('waiting for a broker can be broken off', async () => {
  const port = await freePort('127.0.0.1');
  const giveUp = new AbortController();
  const opening = openAgentBroker({ ...options(`nats://127.0.0.1:${port}`), signal: giveUp.signal });
  giveUp.abort(new Error('interrupted'));
  await expect(opening).rejects.toThrow('interrupted');
});

test('a broker that comes up while it is waited for is found', async () => {
  await nats.kill();
  const opening = openAgentBroker({ ...options(nats.url), connectTimeoutMs: 15_000 });
  await nats.restart();
  const broker = await opening;
  closing.push(broker);
  expect(broker.health()).toEqual({ connected: true, reconnects: 0 });
});

test('a client comes back by itself however often the server dies', async () => {
  const broker = await openCoordinatorBroker({ ...options(nats.url), name: 'coordinator' });
  closing.push(broker);
  await broker.ensureTopology();
  await broker.ensureQueue(queue);
  for (let round = 1; round <= 3; round++) {
    await nats.kill();
    await until(() => !broker.health().connected);
    await nats.restart();
    await until(() => broker.health().connected);
    await until(async () => (await broker.offer(queue, `job.${round}.1`, new Uint8Array(1))) === 'stored');
    expect(broker.health().reconnects).toBe(round);
  }
});

test('an answer that never comes, on a line that stays open, fails in time', async () => {
  let isDead = false;
  const target = Number(new URL(nats.url).port);
  const port = await freePort('127.0.0.1');
  // Passes everything on until it is told to swallow it.
  await listening(port, (socket) => {
    const onward = connectSocket({ host: '127.0.0.1', port: target });
    onward.on('error', () => {});
    socket.on('data', (chunk) => !isDead && onward.write(chunk));
    onward.on('data', (chunk) => !isDead && socket.write(chunk));
    socket.on('close', () => onward.destroy());
  });
  const broker = await openAgentBroker(options(`nats://127.0.0.1:${port}`));
  closing.push(broker);
  isDead = true;
  await Promise.all([
    expect(broker.takeOffer(queue)).rejects.toMatchObject({ code: 'TROOP-1704' }),
    expect(
      broker.publishDurable({ channel: 'result', agentId: 'agent-a', body: new Uint8Array(1) }),
    ).rejects.toMatchObject({ code: 'TROOP-1704' }),
    expect(broker.request('troop.claim.agent-a', new Uint8Array(1), 500)).rejects.toMatchObject({
      code: 'TROOP-1705',
    }),
  ]);
});
