// What every broker adapter promises. Loss and order under faults are the simulation's matter; here stands what holds
// while the broker keeps its disk, and how a client lives through the broker's restarts and the loss of its disk.
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  AgentBroker,
  CoordinatorBroker,
  DurableDelivery,
  TakenOffer,
} from '../../../shared/broker/broker.ts';
import {
  claimSubject,
  controlSubject,
  heartbeatSubject,
  resultSubject,
  type QueueName,
} from '../../../shared/protocol/subjects.ts';
import { until } from '../../support/until.ts';
import type { BrokerUnderTest } from './broker-under-test.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const text = (body: Uint8Array): string => Buffer.from(body).toString();

let queues = 0;
const newQueue = (): QueueName => ({
  lane: `lane${queues++}`,
  target: 'linux_x86_64-cp311',
  priority: 1,
});

export function brokerContract(name: string, open: () => Promise<BrokerUnderTest>): void {
  describe(`broker: ${name}`, () => {
    let broker: BrokerUnderTest;
    let coordinator: CoordinatorBroker;
    let agent: AgentBroker;
    let other: AgentBroker;

    beforeAll(async () => {
      broker = await open();
      coordinator = await broker.openCoordinator();
      await coordinator.ensureTopology();
      agent = await broker.openAgent('agent-a');
      other = await broker.openAgent('agent-b');
    });
    afterAll(async () => {
      await Promise.all([coordinator, agent, other].map((client) => client.close()));
      await broker.stop();
    });

    const madeQueue = async (): Promise<QueueName> => {
      const queue = newQueue();
      // A server that was just restarted may not have its streams back yet.
      await until(async () => {
        await coordinator.ensureQueue(queue);
        return true;
      });
      return queue;
    };
    const offered = async (queue: QueueName, body: string): Promise<void> => {
      expect(await coordinator.offer(queue, randomUUID(), bytes(body))).toBe('stored');
    };
    const takeSoon = (from: AgentBroker, queue: QueueName): Promise<TakenOffer> =>
      until(() => from.takeOffer(queue));
    /** Collects what a durable channel delivers, each settled as `verdict` says. */
    const collect = async (
      channel: 'result' | 'log',
      verdict: (delivery: DurableDelivery, count: number) => 'done' | 'retry' = () => 'done',
    ): Promise<{ seen: DurableDelivery[]; stop(): Promise<void> }> => {
      const seen: DurableDelivery[] = [];
      const subscription = await coordinator.consumeDurable(channel, async (delivery) => {
        seen.push(delivery);
        return Promise.resolve(verdict(delivery, seen.length));
      });
      return { seen, stop: () => subscription.stop() };
    };

    describe('offers', () => {
      test('an offer reaches an agent with its bytes unchanged', async () => {
        const queue = await madeQueue();
        const body = randomBytes(4096);
        await coordinator.offer(queue, randomUUID(), body);
        const taken = await takeSoon(agent, queue);
        expect(Buffer.from(taken.body).equals(body)).toBe(true);
        await taken.ack();
      });

      test('an empty queue gives null', async () => {
        expect(await agent.takeOffer(await madeQueue())).toBeNull();
      });

      test('a queue that nobody made gives null', async () => {
        expect(await agent.takeOffer(newQueue())).toBeNull();
      });

      test('an acknowledged offer is gone', async () => {
        const queue = await madeQueue();
        await offered(queue, 'one');
        await offered(queue, 'two');
        await (await takeSoon(agent, queue)).ack();
        await (await takeSoon(agent, queue)).ack();
        await offered(queue, 'three');
        // Had one of the first two come back, it would have come before or beside this one.
        const last = await takeSoon(other, queue);
        expect(text(last.body)).toBe('three');
        await last.ack();
        expect(await agent.takeOffer(queue)).toBeNull();
      });

      test('settling twice is harmless', async () => {
        const queue = await madeQueue();
        await offered(queue, 'one');
        const taken = await takeSoon(agent, queue);
        await taken.ack();
        await taken.ack();
        await taken.giveBack(0);
        expect(await agent.takeOffer(queue)).toBeNull();
      });

      test('an offer given back comes again, at once or to another agent', async () => {
        const queue = await madeQueue();
        await offered(queue, 'one');
        await (await takeSoon(agent, queue)).giveBack(0);
        const again = await takeSoon(other, queue);
        expect(text(again.body)).toBe('one');
        await again.ack();
      });

      test('an offer given back with a delay is away meanwhile and comes again', async () => {
        const queue = await madeQueue();
        await offered(queue, 'one');
        await (await takeSoon(agent, queue)).giveBack(400);
        expect(await other.takeOffer(queue)).toBeNull();
        const again = await takeSoon(other, queue);
        expect(text(again.body)).toBe('one');
        await again.ack();
      });

      test('an offer that is never settled comes again', async () => {
        const queue = await madeQueue();
        await offered(queue, 'one');
        await takeSoon(agent, queue);
        const again = await takeSoon(other, queue);
        expect(text(again.body)).toBe('one');
        await again.ack();
      });

      test('an offer taken and not settled is with one agent only', async () => {
        const queue = await madeQueue();
        for (let index = 0; index < 20; index++) await offered(queue, `offer ${index}`);
        const taken = await Promise.all(
          Array.from({ length: 20 }, (_, index) => takeSoon(index % 2 === 0 ? agent : other, queue)),
        );
        expect(new Set(taken.map((offer) => text(offer.body))).size).toBe(20);
        await Promise.all(taken.map((offer) => offer.ack()));
        expect(await agent.takeOffer(queue)).toBeNull();
      });

      test('queues are apart: lane, target and priority', async () => {
        const queue = await madeQueue();
        const apart: QueueName[] = [
          { ...queue, priority: 0 },
          { ...queue, target: 'linux_x86_64-cp312' },
          { ...queue, lane: `${queue.lane}+cuda` },
        ];
        for (const each of apart) await coordinator.ensureQueue(each);
        await offered(queue, 'mine');
        for (const each of apart) expect(await agent.takeOffer(each)).toBeNull();
        const taken = await takeSoon(agent, queue);
        expect(text(taken.body)).toBe('mine');
        await taken.ack();
      });

      test('an id that was used is refused as duplicate and stored once', async () => {
        const queue = await madeQueue();
        const id = randomUUID();
        expect(await coordinator.offer(queue, id, bytes('one'))).toBe('stored');
        expect(await coordinator.offer(queue, id, bytes('one'))).toBe('duplicate');
        await (await takeSoon(agent, queue)).ack();
        expect(await agent.takeOffer(queue)).toBeNull();
      });

      test('an id stays used after its offer was settled', async () => {
        const queue = await madeQueue();
        const id = randomUUID();
        await coordinator.offer(queue, id, bytes('one'));
        await (await takeSoon(agent, queue)).ack();
        expect(await coordinator.offer(queue, id, bytes('one'))).toBe('duplicate');
      });

      test('a full queue says so, and others still accept', async () => {
        const queue = await madeQueue();
        const elsewhere = await madeQueue();
        const verdicts = await Promise.all(
          Array.from({ length: 500 }, () => coordinator.offer(queue, randomUUID(), bytes('x'))),
        );
        expect(new Set(verdicts)).toEqual(new Set(['stored']));
        expect(await coordinator.offer(queue, randomUUID(), bytes('x'))).toBe('full');
        expect(await coordinator.offer(elsewhere, randomUUID(), bytes('x'))).toBe('stored');
      });

      test('the depth counts what nobody has taken', async () => {
        const queue = await madeQueue();
        expect(await coordinator.queueDepth(queue)).toBe(0);
        for (let index = 0; index < 3; index++) await offered(queue, 'x');
        expect(await coordinator.queueDepth(queue)).toBe(3);
        const taken = await takeSoon(agent, queue);
        expect(await coordinator.queueDepth(queue)).toBe(2);
        await taken.ack();
        expect(await coordinator.queueDepth(queue)).toBe(2);
        expect(await coordinator.queueDepth(newQueue())).toBe(0);
      });

      test('making a queue twice changes nothing; removing it removes what it held', async () => {
        const queue = await madeQueue();
        await offered(queue, 'one');
        await coordinator.ensureQueue(queue);
        expect(await coordinator.queueDepth(queue)).toBe(1);
        await coordinator.removeQueue(queue);
        expect(await agent.takeOffer(queue)).toBeNull();
        await coordinator.removeQueue(queue);
        await coordinator.ensureQueue(queue);
        expect(await agent.takeOffer(queue)).toBeNull();
        await offered(queue, 'two');
        const taken = await takeSoon(agent, queue);
        expect(text(taken.body)).toBe('two');
        await taken.ack();
      });

      test('an acknowledgement after the queue was removed does no harm', async () => {
        const queue = await madeQueue();
        await offered(queue, 'one');
        const taken = await takeSoon(agent, queue);
        await coordinator.removeQueue(queue);
        await expect(taken.ack()).resolves.toBeUndefined();
      });
    });

    describe('results and logs', () => {
      test('a result arrives with its bytes and subject, 256 KiB long', async () => {
        const body = randomBytes(256 * 1024);
        const results = await collect('result');
        await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body });
        const found = await until(() => results.seen.find((each) => Buffer.from(each.body).equals(body)));
        expect(found.subject).toBe(resultSubject('agent-a'));
        await results.stop();
      });

      test('a result published while nobody consumes waits', async () => {
        await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('waits') });
        const results = await collect('result');
        expect(await until(() => results.seen.some((each) => text(each.body) === 'waits'))).toBe(true);
        await results.stop();
      });

      test('the same result sent twice arrives twice', async () => {
        const results = await collect('result');
        const message = { channel: 'result' as const, agentId: 'agent-a', body: bytes('twice') };
        await agent.publishDurable(message);
        await agent.publishDurable(message);
        expect(
          await until(() => results.seen.filter((each) => text(each.body) === 'twice').length === 2),
        ).toBe(true);
        await results.stop();
      });

      test('a message handled is not delivered again', async () => {
        const first = await collect('result');
        await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('once') });
        expect(await until(() => first.seen.length > 0)).toBe(true);
        await first.stop();
        const second = await collect('result');
        await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('mark') });
        expect(await until(() => second.seen.some((each) => text(each.body) === 'mark'))).toBe(true);
        expect(second.seen.map((each) => text(each.body))).toEqual(['mark']);
        await second.stop();
      });

      test('a handler that asks for it gets the message again', async () => {
        const results = await collect('result', (_, count) => (count < 3 ? 'retry' : 'done'));
        await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('again') });
        expect(await until(() => results.seen.length === 3)).toBe(true);
        expect(new Set(results.seen.map((each) => text(each.body)))).toEqual(new Set(['again']));
        await results.stop();
      });

      test('a handler that throws gets the message again', async () => {
        const results = await collect('result', (_, count) => {
          if (count === 1) throw new Error('the database is away');
          return 'done';
        });
        await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('thrown') });
        expect(await until(() => results.seen.length === 2)).toBe(true);
        await results.stop();
      });

      test('one message that fails does not hold up the others', async () => {
        const results = await collect('result', (each) => (text(each.body) === 'bad' ? 'retry' : 'done'));
        await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('bad') });
        await other.publishDurable({ channel: 'result', agentId: 'agent-b', body: bytes('good') });
        expect(await until(() => results.seen.some((each) => text(each.body) === 'good'))).toBe(true);
        await results.stop();
        const rest = await collect('result');
        expect(await until(() => rest.seen.some((each) => text(each.body) === 'bad'))).toBe(true);
        await rest.stop();
      });

      test('a stopped consumer gets nothing more', async () => {
        const results = await collect('result');
        await results.stop();
        await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('later') });
        const next = await collect('result');
        expect(await until(() => next.seen.some((each) => text(each.body) === 'later'))).toBe(true);
        expect(results.seen).toEqual([]);
        await next.stop();
      });

      test('logs and results are apart', async () => {
        const results = await collect('result');
        const logs = await collect('log');
        await agent.publishDurable({
          channel: 'log',
          agentId: 'agent-a',
          jobId: 'job-1',
          body: bytes('line'),
        });
        await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('number') });
        expect(await until(() => logs.seen.length > 0 && results.seen.length > 0)).toBe(true);
        expect(logs.seen.map((each) => each.subject)).toEqual(['troop.log.agent-a.job-1']);
        expect(results.seen.map((each) => text(each.body))).toEqual(['number']);
        await Promise.all([logs.stop(), results.stop()]);
      });

      test('many results all arrive', async () => {
        const results = await collect('result');
        const sent = Array.from({ length: 300 }, (_, index) => `result ${index}`);
        await Promise.all(
          sent.map((body) =>
            agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes(body) }),
          ),
        );
        expect(
          await until(() => new Set(results.seen.map((each) => text(each.body))).size === sent.length),
        ).toBe(true);
        await results.stop();
      });
    });

    describe('requests and notices', () => {
      test('a request is answered, with the subject it came on', async () => {
        const listening = await coordinator.onRequest('troop.claim.*', async (subject, body) =>
          Promise.resolve(bytes(`${subject} ${text(body)}`)),
        );
        const answer = await agent.request(claimSubject('agent-a'), bytes('please'), 5_000);
        expect(text(answer)).toBe('troop.claim.agent-a please');
        await listening.stop();
      });

      test('requests of two agents at once get each its own answer', async () => {
        const listening = await coordinator.onRequest('troop.claim.*', async (_, body) =>
          Promise.resolve(body),
        );
        const ask = async (from: AgentBroker, id: string, index: number): Promise<void> => {
          const body = `${id} ${index}`;
          expect(text(await from.request(claimSubject(id), bytes(body), 5_000))).toBe(body);
        };
        await Promise.all(
          Array.from({ length: 50 }, async (_, index) => {
            await Promise.all([ask(agent, 'agent-a', index), ask(other, 'agent-b', index)]);
          }),
        );
        await listening.stop();
      });

      test('a request that nobody listens for fails with TROOP-1705', async () => {
        await expect(agent.request(heartbeatSubject('agent-a'), bytes('x'), 1_000)).rejects.toMatchObject({
          code: 'TROOP-1705',
        });
      });

      test('a request that is left unanswered fails with TROOP-1705', async () => {
        const listening = await coordinator.onRequest('troop.heartbeat.*', async () => Promise.resolve(null));
        await expect(agent.request(heartbeatSubject('agent-a'), bytes('x'), 200)).rejects.toMatchObject({
          code: 'TROOP-1705',
        });
        await listening.stop();
      });

      test('a handler that throws leaves the request unanswered and keeps listening', async () => {
        let calls = 0;
        const listening = await coordinator.onRequest('troop.heartbeat.*', async (_, body) => {
          calls += 1;
          if (calls === 1) throw new Error('the database is away');
          return Promise.resolve(body);
        });
        await expect(agent.request(heartbeatSubject('agent-a'), bytes('x'), 200)).rejects.toMatchObject({
          code: 'TROOP-1705',
        });
        expect(text(await agent.request(heartbeatSubject('agent-a'), bytes('y'), 5_000))).toBe('y');
        await listening.stop();
      });

      test('a subscription that was stopped answers no more', async () => {
        const listening = await coordinator.onRequest('troop.claim.*', async (_, body) =>
          Promise.resolve(body),
        );
        await agent.request(claimSubject('agent-a'), bytes('x'), 5_000);
        await listening.stop();
        await expect(agent.request(claimSubject('agent-a'), bytes('x'), 500)).rejects.toMatchObject({
          code: 'TROOP-1705',
        });
      });

      test('a notice reaches who listens on its subject, and nobody else', async () => {
        const toA: string[] = [];
        const toB: string[] = [];
        const listening = await Promise.all([
          agent.onNotice(controlSubject('agent-a'), (_, body) => toA.push(text(body))),
          other.onNotice(controlSubject('agent-b'), (_, body) => toB.push(text(body))),
        ]);
        await coordinator.notify(controlSubject('agent-a'), bytes('drain'));
        await coordinator.notify(controlSubject('agent-b'), bytes('cancel'));
        expect(await until(() => toA.length > 0 && toB.length > 0)).toBe(true);
        expect([toA, toB]).toEqual([['drain'], ['cancel']]);
        await Promise.all(listening.map((each) => each.stop()));
      });

      test('a notice that nobody listens for is lost without an error', async () => {
        await expect(coordinator.notify(controlSubject('agent-z'), bytes('x'))).resolves.toBeUndefined();
      });

      test('a notice handler that throws does not end the subscription', async () => {
        const seen: string[] = [];
        const listening = await agent.onNotice(controlSubject('agent-a'), (_, body) => {
          seen.push(text(body));
          if (seen.length === 1) throw new Error('once');
        });
        await coordinator.notify(controlSubject('agent-a'), bytes('one'));
        await coordinator.notify(controlSubject('agent-a'), bytes('two'));
        expect(await until(() => seen.length === 2)).toBe(true);
        await listening.stop();
      });
    });

    describe('its life', () => {
      test('making the topology again changes nothing', async () => {
        const before = await coordinator.storageId();
        const queue = await madeQueue();
        await offered(queue, 'kept');
        await coordinator.ensureTopology();
        expect(await coordinator.storageId()).toBe(before);
        const taken = await takeSoon(agent, queue);
        expect(text(taken.body)).toBe('kept');
        await taken.ack();
      });

      test('two coordinators see the same storage', async () => {
        const second = await broker.openCoordinator();
        expect(await second.storageId()).toBe(await coordinator.storageId());
        await second.close();
      });

      test('offers and results survive a restart, and every client comes back by itself', async () => {
        const queue = await madeQueue();
        await offered(queue, 'kept');
        await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('kept too') });
        const before = await coordinator.storageId();
        const reconnects = agent.health().reconnects;
        await broker.restart();
        await until(() => agent.health().connected && agent.health().reconnects > reconnects);
        expect(await until(() => coordinator.storageId())).toBe(before);
        const taken = await takeSoon(agent, queue);
        expect(text(taken.body)).toBe('kept');
        await taken.ack();
        const results = await collect('result');
        expect(await until(() => results.seen.some((each) => text(each.body) === 'kept too'))).toBe(true);
        await results.stop();
      });

      test('subscriptions and consumers live on after a restart', async () => {
        const notices: string[] = [];
        const listening = await Promise.all([
          agent.onNotice(controlSubject('agent-a'), (_, body) => notices.push(text(body))),
          coordinator.onRequest('troop.claim.*', async (_, body) => Promise.resolve(body)),
        ]);
        const results = await collect('result');
        await broker.restart();
        await until(() => agent.request(claimSubject('agent-a'), bytes('x'), 1_000));
        await until(async () => {
          await coordinator.notify(controlSubject('agent-a'), bytes('wake'));
          return notices.length > 0;
        });
        await until(async () => {
          await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('after') });
          return true;
        });
        expect(await until(() => results.seen.some((each) => text(each.body) === 'after'))).toBe(true);
        await results.stop();
        await Promise.all(listening.map((each) => each.stop()));
      });

      test('an offer under way when the broker restarted is not lost', async () => {
        const queue = await madeQueue();
        await offered(queue, 'held');
        await takeSoon(agent, queue);
        await broker.restart();
        const again = await takeSoon(other, queue);
        expect(text(again.body)).toBe('held');
        await until(async () => {
          await again.ack();
          return true;
        });
      });

      test('calls fail with a code while the broker is away, and work when it is back', async () => {
        const queue = await madeQueue();
        await broker.goAway();
        await until(() => !agent.health().connected);
        const calls = [
          agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('x') }),
          agent.takeOffer(queue),
          coordinator.offer(queue, randomUUID(), bytes('x')),
        ];
        for (const outcome of await Promise.allSettled(calls)) {
          expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'TROOP-1704' } });
        }
        await broker.comeBack();
        await until(async () => (await coordinator.offer(queue, randomUUID(), bytes('y'))) === 'stored');
        await (await takeSoon(agent, queue)).ack();
      });

      test('after a wipe the storage is another one, and the topology can be made anew', async () => {
        const queue = await madeQueue();
        await offered(queue, 'gone');
        const before = await coordinator.storageId();
        await broker.wipe();
        const after = await until(async () => {
          const id = await coordinator.storageId();
          return id !== before && id;
        });
        await coordinator.ensureTopology();
        expect(await coordinator.storageId()).toBe(after);
        expect(await agent.takeOffer(queue)).toBeNull();
        await coordinator.ensureQueue(queue);
        await offered(queue, 'new');
        const taken = await takeSoon(agent, queue);
        expect(text(taken.body)).toBe('new');
        await taken.ack();
      });

      test('a consumer goes on after a wipe', async () => {
        const results = await collect('result');
        await broker.wipe();
        await until(async () => {
          await coordinator.ensureTopology();
          await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('after') });
          return true;
        });
        expect(await until(() => results.seen.some((each) => text(each.body) === 'after'))).toBe(true);
        await results.stop();
      });

      test('closing a client ends its consumers after what they are handling', async () => {
        const client = await broker.openCoordinator();
        const steps: string[] = [];
        await client.consumeDurable('result', async () => {
          steps.push('begun');
          await until(() => steps.includes('closing'));
          steps.push('done');
          return 'done';
        });
        await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('last') });
        await until(() => steps.length > 0);
        const closed = client.close();
        steps.push('closing');
        await closed;
        expect(steps).toEqual(['begun', 'closing', 'done']);
        const rest = await collect('result');
        await agent.publishDurable({ channel: 'result', agentId: 'agent-a', body: bytes('mark') });
        await until(() => rest.seen.some((each) => text(each.body) === 'mark'));
        expect(rest.seen.map((each) => text(each.body))).toEqual(['mark']);
        await rest.stop();
      });

      test('a closed client refuses work and closes once more without harm', async () => {
        const client = await broker.openAgent('agent-c');
        await client.onNotice(controlSubject('agent-c'), () => {});
        await client.close();
        await client.close();
        expect(client.health().connected).toBe(false);
        await expect(
          client.publishDurable({ channel: 'result', agentId: 'agent-c', body: bytes('x') }),
        ).rejects.toMatchObject({ code: 'TROOP-1704' });
      });
    });
  });
}
