import { describe, expect, it } from 'vitest';
import { backoffDelayMs, retry, type RetryOptions } from '../../../../shared/runtime/backoff.ts';
import { createFakeClock, settle } from '../../../support/fake-clock.ts';

const backoff = { initialMs: 100, maximumMs: 1000 };

describe('a delay', () => {
  it('doubles up to its maximum, and lies between half and all of that', () => {
    const least = [0, 1, 2, 3, 4, 50, 5000].map((attempt) => backoffDelayMs(backoff, attempt, () => 0));
    const most = [0, 1, 2, 3, 4, 50, 5000].map((attempt) => backoffDelayMs(backoff, attempt, () => 1));
    expect(least).toEqual([50, 100, 200, 400, 500, 500, 500]);
    expect(most).toEqual([100, 200, 400, 800, 1000, 1000, 1000]);
  });
});

describe('retry', () => {
  const setUp = (failures: number) => {
    const clock = createFakeClock();
    const calls: number[] = [];
    const delays: number[] = [];
    const options: RetryOptions = {
      ...backoff,
      attempts: 4,
      clock,
      random: () => 1,
      isRetryable: (error) => error instanceof Error && error.message === 'again',
      onRetry: (_error, delayMs) => delays.push(delayMs),
    };
    const work = (attempt: number): Promise<string> => {
      calls.push(attempt);
      return calls.length <= failures ? Promise.reject(new Error('again')) : Promise.resolve('done');
    };
    return { clock, calls, delays, options, work };
  };

  it('calls until it succeeds, waiting longer each time', async () => {
    const { clock, calls, delays, options, work } = setUp(3);
    const result = retry(work, options);
    await clock.advance(100 + 200 + 400);
    expect(await result).toBe('done');
    expect(calls).toEqual([0, 1, 2, 3]);
    expect(delays).toEqual([100, 200, 400]);
  });

  it('gives the last error when the attempts are used up', async () => {
    const { clock, calls, options, work } = setUp(9);
    const result = retry(work, options).catch((error: unknown) => error);
    await clock.advance(60_000);
    expect(await result).toEqual(new Error('again'));
    expect(calls).toHaveLength(4);
  });

  it('gives an error at once that no repetition cures', async () => {
    const { options } = setUp(0);
    const calls: number[] = [];
    const broken = (attempt: number): Promise<never> => {
      calls.push(attempt);
      return Promise.reject(new Error('never'));
    };
    await expect(retry(broken, options)).rejects.toThrow('never');
    expect(calls).toEqual([0]);
  });

  it('stops when it is told to, in the middle of a wait too', async () => {
    const { calls, options, work } = setUp(9);
    const stop = new AbortController();
    const result = retry(work, { ...options, signal: stop.signal }).catch((error: unknown) => error);
    await settle();
    stop.abort();
    expect(await result).toEqual(new Error('again'));
    expect(calls.length).toBeLessThanOrEqual(2);
  });
});
