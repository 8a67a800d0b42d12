import { expect, test } from 'vitest';
import { cancelled, givenUp, isRejectedForGood } from '../../../../shared/inspection/decide.ts';
import type { Failure } from '../../../../shared/inspection/failure.ts';
import { DEFAULT_RETRY_POLICY } from '../../../../shared/inspection/retry-policy.ts';

const unreachable: Failure = {
  outcome: 'failed',
  cause: 'fleet',
  phase: 'fetch',
  code: 'TROOP-1401',
  message: 'the index was unreachable',
};

test('a job that is given up leaves what went wrong last', () => {
  expect(givenUp(unreachable, 'attempts_used_up')).toMatchObject({ failure: unreachable });
});

test('a job of which nothing was ever heard leaves "lost"', () => {
  expect(givenUp(null, 'attempts_used_up')).toMatchObject({
    failure: { outcome: 'lost', cause: 'fleet', code: 'TROOP-1322' },
  });
});

test('poison is said to be poison, whatever was reported before', () => {
  expect(givenUp(unreachable, 'poison')).toMatchObject({ failure: { outcome: 'lost', code: 'TROOP-1321' } });
});

test('what somebody cancels is cancelled by the user', () => {
  expect(cancelled()).toMatchObject({ failure: { outcome: 'cancelled', cause: 'user' } });
});

test('noise has attempts of its own', () => {
  const noise: Failure = { ...unreachable, outcome: 'measurement_rejected', phase: 'measure' };
  expect(isRejectedForGood(noise, { infra: 4, rejections: 2 }, DEFAULT_RETRY_POLICY)).toBe(false);
  expect(isRejectedForGood(noise, { infra: 0, rejections: 3 }, DEFAULT_RETRY_POLICY)).toBe(true);
  expect(isRejectedForGood(unreachable, { infra: 0, rejections: 3 }, DEFAULT_RETRY_POLICY)).toBe(false);
});
