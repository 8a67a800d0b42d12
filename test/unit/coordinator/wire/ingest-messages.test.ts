import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ingestMessages } from '../../../../coordinator/wire/ingest-messages.ts';
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import type { Subscription } from '../../../../shared/broker/broker.ts';
import { silentLogger } from '../../../../shared/runtime/logger.ts';
import { createFakeClock, settle, type FakeClock } from '../../../support/fake-clock.ts';
import { createFleetWire, type AgentEnd, type FleetWire } from '../../../support/fleet-wire.ts';

const STACK = `sha256:${'1'.repeat(64)}`;
const build = {
  jobId: 'job',
  epoch: 1,
  n: 0,
  stackId: STACK,
  role: 'candidate',
  builder: 'uv',
  reused: false,
  durationMs: 1,
  downloadedBytes: 0,
  failure: null,
};

let clock: FakeClock;
let wire: FleetWire;
let agent: AgentEnd;
let recorded: string[];
let rejected: string[];
let heard: string[];
let record: () => Promise<void>;
let subscriptions: readonly Subscription[];

beforeEach(async () => {
  clock = createFakeClock();
  wire = await createFleetWire({ clock });
  agent = wire.addAgent('a');
  recorded = [];
  rejected = [];
  heard = [];
  record = () => Promise.resolve();
  await agent.link.onControl((message) => {
    heard.push(message.order === 'committed' ? `committed ${message.ids.join()}` : message.order);
  });
  subscriptions = await ingestMessages({
    ...wire,
    logger: silentLogger,
    record: async (agentId, id, message) => {
      recorded.push(`${agentId} ${id} ${message.kind}`);
      await record();
    },
    isHopeless: (error) => error instanceof RangeError,
    reject: (agentId, id, message, reason) => {
      rejected.push(`${agentId} ${id} ${message.kind}: ${reason}`);
      return Promise.resolve();
    },
  });
});
afterEach(async () => {
  for (const subscription of subscriptions) await subscription.stop();
});

const publish = async (kind: string, id: string, body: unknown, from = agent): Promise<void> => {
  const message = { agentId: 'a', jobId: 'job', body: from.link.sealed(kind, id, body) };
  await agent.broker.publishDurable({ channel: 'result', ...message });
  await settle(10);
};

describe('ingest', () => {
  it('records a message and only then tells its agent that it is committed', async () => {
    let commit = (): void => {};
    record = () => new Promise((resolve) => (commit = resolve));
    await publish('build', 'job.1.build.0', build);
    expect(recorded).toEqual(['a job.1.build.0 build']);
    expect(heard).toEqual([]);
    commit();
    await settle(10);
    expect(heard).toEqual(['committed job.1.build.0']);
    await clock.advance(3_600_000);
    expect(recorded).toHaveLength(1);
  });

  it('takes a message again when it could not be recorded', async () => {
    record = () => Promise.reject(new Error('the database is away'));
    await publish('build', 'job.1.build.0', build);
    expect(heard).toEqual([]);
    record = () => Promise.resolve();
    await clock.advance(120_000);
    await settle(10);
    expect(recorded).toHaveLength(2);
    expect(heard).toEqual(['committed job.1.build.0']);
    expect(wire.letters).toEqual([]);
  });

  it('gives up a message that is to blame itself, keeps that it came, and lets its agent forget it', async () => {
    record = () => Promise.reject(new RangeError('such a value cannot be stored'));
    await publish('build', 'job.1.build.0', build);
    expect(rejected).toEqual(['a job.1.build.0 build: such a value cannot be stored']);
    expect(heard).toEqual(['committed job.1.build.0']);
    await clock.advance(3_600_000);
    expect(recorded).toHaveLength(1);
  });

  it('gives up a message that breaks us again and again, but never one that only has to wait', async () => {
    record = () => Promise.reject(new TypeError('a defect of ours'));
    await publish('build', 'job.1.build.0', build);
    for (let round = 0; round < 10; round++) await clock.advance(120_000);
    expect(recorded).toHaveLength(5);
    expect(rejected).toEqual(['a job.1.build.0 build: a defect of ours']);

    record = () => Promise.reject(new TroopError('TROOP-1601', { reason: 'away' }));
    await publish('build', 'job.1.build.1', { ...build, n: 1 });
    for (let round = 0; round < 10; round++) await clock.advance(120_000);
    expect(recorded.length).toBeGreaterThan(10);
    expect(rejected).toHaveLength(1);
  });

  it('knows a message by what its body says, not by the id on its envelope', async () => {
    await publish('build', 'job.9.build.9', build);
    expect(recorded).toEqual(['a job.1.build.0 build']);
  });

  it.each([
    ['a body of another form', 'build', { ...build, epoch: -1 }],
    ['an epoch that no column holds', 'build', { ...build, epoch: 2 ** 40 }],
    ['a number that no column holds', 'build', { ...build, n: 2 ** 31 }],
    ['a kind that does not belong here', 'heartbeat', build],
    ['a kind that cannot be written down', 'a\0b', build],
  ])('keeps %s as a dead letter, and lets its agent forget it', async (_what, kind, body) => {
    await publish(kind, 'job.1.build.0', body);
    expect(recorded).toEqual([]);
    expect(wire.letters).toHaveLength(1);
    expect(wire.letters[0]).toMatchObject({ subject: 'troop.result.a' });
    expect(wire.letters[0]?.reason).toMatch(/^TROOP-1701: [^\0]+$/);
    expect(heard).toEqual(['committed job.1.build.0']);
    await clock.advance(3_600_000);
    expect(wire.letters).toHaveLength(1);
  });

  it('keeps what a stranger signed as a dead letter, and tells nobody', async () => {
    const stranger = (await createFleetWire({ clock })).addAgent('a');
    await publish('build', 'job.1.build.0', build, stranger);
    expect(recorded).toEqual([]);
    expect(wire.letters.map(({ reason }) => reason.slice(0, 10))).toEqual(['TROOP-1703']);
    expect(heard).toEqual([]);
  });

  it('keeps no more than 64 KiB of an unreadable message', async () => {
    const body = new Uint8Array(500_000).fill(0xc1);
    await agent.broker.publishDurable({ channel: 'log', agentId: 'a', jobId: 'job', body });
    await settle(10);
    expect(wire.letters[0]?.bytes).toHaveLength(64 * 1024);
  });
});
