import { expect, test } from 'vitest';
import { parseNatsUrl } from '../../../../../shared/broker/nats/nats-url.ts';

test('takes user and password out, and shows neither', () => {
  const address = parseNatsUrl('nats://agent-a:s%40cret@127.0.0.1:4333');
  expect(address).toEqual({
    servers: ['127.0.0.1:4333'],
    user: 'agent-a',
    password: 's@cret',
    isEncrypted: false,
    shown: 'nats://127.0.0.1:4333',
  });
});

test('takes several servers, and the usual port where none is given', () => {
  expect(parseNatsUrl('nats://a, tls://b:1').servers).toEqual(['a:4222', 'b:1']);
  expect(parseNatsUrl('nats://a,tls://b:1').isEncrypted).toBe(true);
  expect(parseNatsUrl('nats://[::1]:4222').servers).toEqual(['[::1]:4222']);
});

test.each(['', 'a', 'http://a', 'nats://', 'amqp://a'])('%j is refused, without being repeated', (text) => {
  expect(() => parseNatsUrl(text)).toThrow(expect.objectContaining({ code: 'TROOP-1002' }));
});
