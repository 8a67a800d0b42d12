// The oldest server that we support is what distributions package; where the machine has one, it keeps the contract too.
import semver from 'semver';
import { expect, test } from 'vitest';
import { MINIMUM_NATS_VERSION } from '../../../coordinator/embedded/find-nats-server.ts';
import { findTestNats } from '../../support/nats.ts';
import { brokerContract } from './broker.contract.ts';
import { natsUnderTest } from './broker-under-test.ts';

const version = (await findTestNats('service-binary'))?.version ?? null;

test(`nats-server on PATH: ${version ?? 'none, so the contract runs on memory and on the wheel alone'}`, () => {
  expect(version === null || semver.gte(version, MINIMUM_NATS_VERSION)).toBe(true);
});

if (version !== null) brokerContract(`NATS on PATH, ${version}`, () => natsUnderTest('service-binary'));
