import { expect, test } from 'vitest';
import {
  agentPermissions,
  natsConfigurationText,
} from '../../../../coordinator/embedded/nats-configuration.ts';

const configuration = {
  serverName: 'troop-1',
  host: '127.0.0.1',
  port: 4222,
  storeDirectory: '/data/nats/store',
  pidFile: '/data/nats/nats.pid',
  logFile: '/data/nats/nats.log',
  coordinator: { user: 'coordinator', password: 'secret-of-the-coordinator' },
  agents: new Map([
    ['agent-b', 'secret-of-b'],
    ['agent-a', 'secret-of-a'],
  ]),
};

test('an agent may do exactly this', () => {
  expect(agentPermissions('a1')).toEqual({
    publish: [
      '$JS.API.CONSUMER.MSG.NEXT.TROOP_OFFERS.>',
      '$JS.ACK.TROOP_OFFERS.>',
      '$JS.ACK.*.*.TROOP_OFFERS.*.*.*.*.*.*',
      '$JS.ACK.*.*.TROOP_OFFERS.*.*.*.*.*.*.*',
      'troop.claim.a1',
      'troop.renew.a1',
      'troop.heartbeat.a1',
      'troop.result.a1',
      'troop.log.a1.*',
    ],
    subscribe: ['_INBOX_a1.>', 'troop.control.a1', 'troop.scrape.a1'],
  });
});

test('the file names every user once, the agents in order and with their rights', () => {
  const text = natsConfigurationText(configuration);
  const users = [...text.matchAll(/\{ user: "([^"]+)", password: "([^"]+)"(, permissions)?/g)].map(
    (found) => [found[1], found[2], found[3] !== undefined],
  );
  expect(users).toEqual([
    ['coordinator', 'secret-of-the-coordinator', false],
    ['agent-a', 'secret-of-a', true],
    ['agent-b', 'secret-of-b', true],
  ]);
});

test('an agent id that is no token is refused, so that nothing can be slipped into the file', () => {
  const agents = new Map([['a" } ] } #', 'x']]);
  expect(() => natsConfigurationText({ ...configuration, agents })).toThrow(RangeError);
});
