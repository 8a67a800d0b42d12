import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { takeFromNats } from '../../../../../shared/broker/nats/nats-offers.ts';
import { createFakeClock, settle } from '../../../../support/fake-clock.ts';

type Heard = (error: Error | null, message: Msg) => void;

/** A connection of which one can say when it hears something; like the real one, it publishes to no empty subject. */
function fakeConnection(): { connection: NatsConnection; hear: Heard; published: string[] } {
  const published: string[] = [];
  let callback: Heard = () => {};
  const connection = {
    subscribe: (_inbox: string, options: { callback: Heard }) => {
      callback = options.callback;
    },
    publish: (subject: string, payload: string) => {
      if (subject === '') throw new Error("illegal subject: ''");
      published.push(`${subject} ${payload}`);
    },
    flush: () => Promise.resolve(),
  };
  return {
    connection: connection as unknown as NatsConnection,
    hear: (error, message) => callback(error, message),
    published,
  };
}

/** Gives up the pull of an agent, and then lets it hear `reply`. */
async function hearLate(reply: string): Promise<readonly string[]> {
  const { connection, hear, published } = fakeConnection();
  const clock = createFakeClock();
  const source = { connection, clock, inboxPrefix: '_INBOX_a', shownUrl: 'nats://broker.example' };
  const taken = takeFromNats(source, { lane: 'any', target: 'linux_x86_64-cp311', priority: 1 });
  await settle();
  await clock.advance(2000);
  expect(await taken).toBeNull();
  published.length = 0;
  hear(null, { reply, data: new Uint8Array() } as Msg);
  return published;
}

test('an offer that comes too late is given back', async () => {
  expect(await hearLate('$JS.ACK.offer')).toEqual(['$JS.ACK.offer -NAK']);
});

test('that there is none is no reason to break the connection, however late it is said', async () => {
  expect(await hearLate('')).toEqual([]);
});
