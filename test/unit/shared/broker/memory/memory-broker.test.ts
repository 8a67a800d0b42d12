import { describe, expect, test } from 'vitest';
import { createMemoryHub, type MemoryHub } from '../../../../../shared/broker/memory/memory-hub.ts';
import type { MemoryFaults } from '../../../../../shared/broker/memory/faults.ts';
import { createFakeClock, type FakeClock } from '../../../../support/fake-clock.ts';

const queue = { lane: 'any', target: 'linux_x86_64-cp311', priority: 1 } as const;
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const text = (body: Uint8Array): string => Buffer.from(body).toString();

const open = (faults: MemoryFaults = {}, seed = 'seed'): { clock: FakeClock; hub: MemoryHub } => {
  const clock = createFakeClock();
  return { clock, hub: createMemoryHub({ clock, faults, seed }) };
};

describe('on a clock of the test', () => {
  test('an unsettled offer comes again when its time is over, and not before', async () => {
    const { clock, hub } = open();
    const client = hub.connect();
    await client.ensureTopology();
    await client.ensureQueue(queue);
    await client.offer(queue, 'j.1.1', bytes('offer'));
    expect(await client.takeOffer(queue)).not.toBeNull();
    await clock.advance(29_999);
    expect(await client.takeOffer(queue)).toBeNull();
    await clock.advance(1);
    expect(await client.takeOffer(queue)).not.toBeNull();
  });

  test('an id is forgotten after the window', async () => {
    const { clock, hub } = open();
    const client = hub.connect();
    await client.ensureTopology();
    expect(await client.offer(queue, 'j.1.1', bytes('x'))).toBe('stored');
    await clock.advance(119_999);
    expect(await client.offer(queue, 'j.1.1', bytes('x'))).toBe('duplicate');
    await clock.advance(1);
    expect(await client.offer(queue, 'j.1.1', bytes('x'))).toBe('stored');
  });

  test('a message to be tried again is, without a call', async () => {
    const { clock, hub } = open();
    const client = hub.connect();
    await client.ensureTopology();
    let calls = 0;
    await client.consumeDurable('result', async () => {
      calls += 1;
      return Promise.resolve(calls < 3 ? 'retry' : 'done');
    });
    await client.publishDurable({ channel: 'result', agentId: 'a', body: bytes('x') });
    await clock.advance(0);
    expect(calls).toBe(1);
    await clock.advance(10_000);
    expect(calls).toBe(3);
  });

  test('a request times out on that clock', async () => {
    const { clock, hub } = open();
    const client = hub.connect();
    await client.onRequest('troop.claim.*', async () => Promise.resolve(null));
    const answer = client.request('troop.claim.a', bytes('x'), 60_000).catch((reason: unknown) => reason);
    await clock.advance(60_000);
    expect(await answer).toMatchObject({ code: 'TROOP-1705' });
  });

  test('what is stored is a copy: nobody can change it afterwards', async () => {
    const { hub } = open();
    const client = hub.connect();
    await client.ensureTopology();
    await client.ensureQueue(queue);
    const body = bytes('before');
    await client.offer(queue, 'j.1.1', body);
    body.fill(0);
    expect(text((await client.takeOffer(queue))?.body ?? bytes(''))).toBe('before');
  });
});

describe('with faults', () => {
  /** Sends messages until each was confirmed; gives what arrived, in its order. */
  const deliver = async (faults: MemoryFaults, seed: string, count = 60): Promise<string[]> => {
    const { clock, hub } = open(faults, seed);
    const client = hub.connect();
    const sender = hub.connect();
    await Promise.all([client.ensureTopology(), clock.advance(1_000)]);
    const arrived: string[] = [];
    const consuming = client.consumeDurable('result', async ({ body }) => {
      arrived.push(text(body));
      return Promise.resolve('done');
    });
    const sending = Promise.all(
      Array.from({ length: count }, async (_, index) => {
        for (let attempt = 0; attempt < 100; attempt++) {
          const message = { channel: 'result', agentId: 'a', body: bytes(`m${index}`) } as const;
          const sent = await sender.publishDurable(message).then(
            () => true,
            () => false,
          );
          if (sent) return;
        }
        throw new Error('never confirmed');
      }),
    );
    await clock.advance(600_000);
    await Promise.all([consuming, sending]);
    return arrived;
  };

  test('everything that was confirmed arrives, whatever is lost under way', async () => {
    const arrived = await deliver({ loss: 0.3, doubling: 0.3, reorder: 0.5, delayMs: 500 }, 'a');
    expect(new Set(arrived).size).toBe(60);
    expect(arrived.length).toBeGreaterThan(60);
  });

  test('the same seed gives the same run, another seed another one', async () => {
    const faults = { loss: 0.2, doubling: 0.2, reorder: 0.5, delayMs: 100 };
    const [first, again, other] = [
      await deliver(faults, 'seven'),
      await deliver(faults, 'seven'),
      await deliver(faults, 'eight'),
    ];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test('reordering alone keeps every message and changes their order', async () => {
    const arrived = await deliver({ reorder: 1 }, 'a');
    const sent = Array.from({ length: 60 }, (_, index) => `m${index}`);
    expect(arrived.toSorted()).toEqual(sent.toSorted());
    expect(arrived).not.toEqual(sent);
  });

  test('a doubled offer reaches two agents', async () => {
    const { hub } = open({ doubling: 1 });
    const client = hub.connect();
    await client.ensureTopology();
    await client.ensureQueue(queue);
    await client.offer(queue, 'j.1.1', bytes('x'));
    expect(await hub.connect().takeOffer(queue)).not.toBeNull();
    expect(await hub.connect().takeOffer(queue)).not.toBeNull();
  });

  test('with everything lost a request fails, and a publication is never confirmed', async () => {
    const { clock, hub } = open({ loss: 1 });
    const client = hub.connect();
    await client.ensureTopology();
    await client.onRequest('troop.claim.*', async (_, body) => Promise.resolve(body));
    const answer = client.request('troop.claim.a', bytes('x'), 1_000).catch((reason: unknown) => reason);
    await clock.advance(1_000);
    expect(await answer).toMatchObject({ code: 'TROOP-1705' });
    await expect(
      client.publishDurable({ channel: 'result', agentId: 'a', body: bytes('x') }),
    ).rejects.toMatchObject({ code: 'TROOP-1704' });
  });
});

test('an acknowledgement is no fence: one that comes late removes what another agent holds', async () => {
  const { clock, hub } = open();
  const client = hub.connect();
  await client.ensureTopology();
  await client.ensureQueue(queue);
  await client.offer(queue, 'j.1.1', bytes('x'));
  const zombie = await client.takeOffer(queue);
  await clock.advance(30_000);
  const holder = await hub.connect().takeOffer(queue);
  await zombie?.ack();
  await holder?.giveBack(0);
  expect(await client.takeOffer(queue)).toBeNull();
});
