import { describe, expect, it } from 'vitest';
import { ConnectionLimiter } from '../../../../../coordinator/knowledge/http/connection-limiter.ts';
import type { Clock } from '../../../../../shared/runtime/clock.ts';

const never = new AbortController().signal;

function steppedClock(): Clock & { slept: number[] } {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    nowMs: () => now,
    monotonicMs: () => now,
    sleep: async (durationMs) => {
      slept.push(durationMs);
      now += durationMs;
    },
  };
}

/** What has happened once everything that can happen has. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('the limiter', () => {
  it('keeps to its bounds and lets the next in, first come first served', async () => {
    const limiter = new ConnectionLimiter({ total: 3, perHost: 2 }, steppedClock());
    const order: string[] = [];
    const enter = (name: string, host: string): Promise<() => void> =>
      limiter.acquire(host, never).then((release) => {
        order.push(name);
        return release;
      });
    const releaseFirst = await enter('a1', 'a');
    await enter('a2', 'a');
    void enter('a3', 'a');
    const releaseOther = await enter('b1', 'b');
    void enter('b2', 'b');
    await settled();
    expect(order).toEqual(['a1', 'a2', 'b1']);
    releaseFirst();
    releaseFirst();
    await settled();
    expect(order).toEqual(['a1', 'a2', 'b1', 'a3']);
    releaseOther();
    await settled();
    expect(order).toEqual(['a1', 'a2', 'b1', 'a3', 'b2']);
  });

  it('forgets who gave up waiting', async () => {
    const limiter = new ConnectionLimiter({ total: 1, perHost: 1 }, steppedClock());
    const release = await limiter.acquire('a', never);
    const controller = new AbortController();
    const waiting = limiter.acquire('a', controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    release();
    await expect(limiter.acquire('a', never)).resolves.toBeTypeOf('function');
  });

  it('leaves a host alone for as long as it asked', async () => {
    const clock = steppedClock();
    const limiter = new ConnectionLimiter({ total: 1, perHost: 1 }, clock);
    limiter.pause('a', 5000);
    limiter.pause('a', 1000);
    (await limiter.acquire('b', never))();
    expect(clock.slept).toEqual([]);
    (await limiter.acquire('a', never))();
    expect(clock.slept).toEqual([5000]);
  });

  it('leaves it alone with those too who were waiting for a place when it asked', async () => {
    const clock = steppedClock();
    const limiter = new ConnectionLimiter({ total: 1, perHost: 1 }, clock);
    const release = await limiter.acquire('a', never);
    const waiting = limiter.acquire('a', never);
    await settled();
    limiter.pause('a', 5000);
    release();
    await waiting;
    expect(clock.slept).toEqual([5000]);
  });
});
