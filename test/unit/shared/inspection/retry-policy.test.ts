import { describe, expect, test } from 'vitest';
import { agentId } from '../../../../shared/inspection/job-state.ts';
import {
  addAttempts,
  DEFAULT_RETRY_POLICY,
  isPoison,
  reasonToBury,
  retryDelayMs,
  UNCOUNTED,
} from '../../../../shared/inspection/retry-policy.ts';

const infra = { infra: true, rejection: false };
const delay = (attempts: number, random: number) =>
  retryDelayMs(DEFAULT_RETRY_POLICY, { infra: attempts, rejections: 0 }, infra, random);

describe('the delay before the next attempt', () => {
  test('doubles from 30 s, give or take half', () => {
    expect([1, 2, 3, 4].map((attempts) => delay(attempts, 0.5))).toEqual([30_000, 60_000, 120_000, 240_000]);
    expect([delay(1, 0), delay(1, 0.999_999)]).toEqual([15_000, 45_000]);
  });

  test('is bounded', () => {
    expect(delay(60, 0.5)).toBe(DEFAULT_RETRY_POLICY.backoffMaximumMs);
  });

  test('is none when nothing was counted', () => {
    expect(retryDelayMs(DEFAULT_RETRY_POLICY, { infra: 4, rejections: 2 }, UNCOUNTED, 0.5)).toBe(0);
  });
});

test('rejections and infra attempts are counted apart', () => {
  expect(addAttempts({ infra: 1, rejections: 1 }, { infra: false, rejection: true })).toEqual({
    infra: 1,
    rejections: 2,
  });
});

test('five infra attempts bury a job, rejections do not', () => {
  expect(reasonToBury(DEFAULT_RETRY_POLICY, { attempts: { infra: 4, rejections: 9 }, epoch: 13 })).toBeNull();
  expect(reasonToBury(DEFAULT_RETRY_POLICY, { attempts: { infra: 5, rejections: 0 }, epoch: 5 })).toBe(
    'attempts_used_up',
  );
});

test('two different machines in a row are poison; the same one twice, or a first one, is not', () => {
  expect(isPoison(agentId('a'), agentId('b'))).toBe(true);
  expect(isPoison(agentId('a'), agentId('a'))).toBe(false);
  expect(isPoison(null, agentId('a'))).toBe(false);
});
