import { expect, test } from 'vitest';
import { readCoordinatorConfig } from '../../../coordinator/config.ts';

const read = (environment: Record<string, string>) =>
  readCoordinatorConfig({ data: '/data' }, environment, false);

test('leases and retries have their defaults, and settings that replace them', () => {
  expect(read({})).toMatchObject({ leaseMs: 90_000, retryBaseMs: 30_000 });
  expect(read({ TROOP_LEASE_MS: '20000', TROOP_RETRY_BASE_MS: '0' })).toMatchObject({
    leaseMs: 20_000,
    retryBaseMs: 0,
  });
});

test.each([
  { TROOP_LEASE_MS: '4999' },
  { TROOP_LEASE_MS: 'soon' },
  { TROOP_LEASE_MS: '100000000' },
  { TROOP_RETRY_BASE_MS: '-1' },
])('a wrong duration is refused by the name of its setting: %o', (environment) => {
  const [name = ''] = Object.keys(environment);
  expect(() => read(environment)).toThrow(name);
});

test('flags win over the environment', () => {
  const environment = { TROOP_PORT: '1', TROOP_HOST: '10.0.0.1' };
  expect(readCoordinatorConfig({ port: '2' }, environment, false)).toMatchObject({
    port: 2,
    host: '10.0.0.1',
  });
});
