// What an older or another coordinator left on the server is brought up to date.
import { jetstreamManager, RetentionPolicy } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NatsBrokerOptions } from '../../../shared/broker/nats/nats-broker.ts';
import { openCoordinatorBroker } from '../../../shared/broker/open-broker.ts';
import { offerConsumer } from '../../../shared/protocol/subjects.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { findTestNats, startNats, type NatsKind, type TestNats } from '../../support/nats.ts';

const options = (url: string): NatsBrokerOptions => ({
  url,
  name: 'coordinator',
  inboxPrefix: '_INBOX_coordinator',
  clock: systemClock,
  logger: silentLogger,
});
const queue = { lane: 'any', target: 'linux_x86_64-cp311', priority: 1 } as const;
const kinds: NatsKind[] =
  (await findTestNats('service-binary')) === null ? ['embedded'] : ['embedded', 'service-binary'];

describe.each(kinds)('on NATS, %s', (version) => {
  const closing: { close(): unknown }[] = [];
  let nats: TestNats;

  beforeEach(async () => {
    nats = await startNats({ version });
  });
  afterEach(async () => {
    for (const each of closing.splice(0)) await each.close();
    await nats.stop();
  });

  test('the settings of streams made by an older program are corrected, what they hold stays', async () => {
    const connection = await connect({ servers: new URL(nats.url).host });
    closing.push(connection);
    const manager = await jetstreamManager(connection);
    await manager.streams.add({
      name: 'TROOP_RESULTS',
      subjects: ['troop.result.*'],
      retention: RetentionPolicy.Workqueue,
      max_msg_size: 10,
    });
    const broker = await openCoordinatorBroker(options(nats.url));
    closing.push(broker);
    await broker.publishDurable({ channel: 'result', agentId: 'agent-a', body: new Uint8Array(5) });
    await broker.ensureTopology();
    const info = await manager.streams.info('TROOP_RESULTS');
    expect(info.config.max_msg_size).toBe(1024 * 1024);
    expect(info.state.messages).toBe(1);
  });

  test('a queue whose settings were others is corrected', async () => {
    const short = { offerAckWaitMs: 1_000 };
    const first = await openCoordinatorBroker({ ...options(nats.url), times: short });
    closing.push(first);
    await first.ensureTopology();
    await first.ensureQueue(queue);
    const second = await openCoordinatorBroker(options(nats.url));
    closing.push(second);
    await second.ensureTopology();
    await second.ensureQueue(queue);
    const connection = await connect({ servers: new URL(nats.url).host });
    closing.push(connection);
    const manager = await jetstreamManager(connection);
    const info = await manager.consumers.info('TROOP_OFFERS', offerConsumer(queue));
    expect(info.config.ack_wait).toBe(30_000_000_000);
  });
});
