import { describe, expect, it } from 'vitest';
import { createLease, type Lease, type StopReason } from '../../../../agent/work/lease.ts';
import { createQuietGate, type QuietGate } from '../../../../agent/work/quiet-gate.ts';
import type { RenewReply, RenewRequest } from '../../../../shared/protocol/renew-message.ts';
import { silentLogger } from '../../../../shared/runtime/logger.ts';
import { createFakeClock, settle, type FakeClock } from '../../../support/fake-clock.ts';
import { createFleetWire, type FleetWire } from '../../../support/fleet-wire.ts';

const LEASE_MS = 90_000;
const FENCE_MS = 75_000;

interface Setup {
  readonly clock: FakeClock;
  readonly wire: FleetWire;
  readonly quiet: QuietGate;
  readonly lease: Lease;
  readonly asked: { readonly atMs: number; readonly request: RenewRequest }[];
  readonly stops: { readonly atMs: number; readonly reason: StopReason }[];
  readonly ended: AbortController;
  /** What the coordinator answers from now on. */
  answer: (request: RenewRequest) => Promise<RenewReply> | RenewReply;
}

/** A lease that starts at time 0; times are told from there. */
async function startLease({ askedAgoMs = 0 } = {}): Promise<Setup> {
  const clock = createFakeClock();
  const startMs = clock.monotonicMs();
  const asked: Setup['asked'] = [];
  const stops: Setup['stops'] = [];
  const wire = await createFleetWire({
    clock,
    handlers: {
      renew: async (_agentId, request) => {
        asked.push({ atMs: clock.monotonicMs() - startMs, request });
        return await setup.answer(request);
      },
    },
  });
  const quiet = createQuietGate();
  const ended = new AbortController();
  const lease = createLease({
    link: wire.addAgent('a').link,
    quiet,
    clock,
    random: () => 0.5,
    logger: silentLogger,
    jobId: 'job',
    epoch: 3,
    leaseMs: LEASE_MS,
    askedAtMs: startMs - askedAgoMs,
    renewEveryMs: 20_000,
    fenceMs: FENCE_MS,
    onStop: (reason) => stops.push({ atMs: clock.monotonicMs() - startMs, reason }),
  });
  const setup: Setup = {
    clock,
    wire,
    quiet,
    lease,
    asked,
    stops,
    ended,
    answer: (request) => ({ verdict: 'ok', leaseMs: LEASE_MS + (request.quietForMs ?? 0) }),
  };
  void lease.run(ended.signal);
  await settle();
  return setup;
}

describe('a lease', () => {
  it('is renewed every 20 s for as long as the trial runs, and not after its end', async () => {
    const { clock, asked, stops, ended } = await startLease();
    await clock.advance(100_000);
    expect(asked.map(({ atMs }) => atMs)).toEqual([20_000, 40_000, 60_000, 80_000, 100_000]);
    expect(asked[0]?.request).toEqual({ jobId: 'job', epoch: 3 });
    ended.abort();
    await clock.advance(200_000);
    expect(asked).toHaveLength(5);
    expect(stops).toEqual([]);
  });

  it('fences the agent off 75 s after the last renewal that was asked for, on the monotonic clock', async () => {
    const { clock, wire, stops } = await startLease();
    await clock.advance(20_000);
    wire.hub.stop();
    clock.jumpWallClock(-3_600_000);
    await clock.advance(74_999);
    expect(stops).toEqual([]);
    clock.jumpWallClock(7_200_000);
    await clock.advance(1);
    expect(stops).toEqual([{ atMs: 95_000, reason: 'fenced' }]);
  });

  it('counts from the asking for the job: whoever slept through the answer does not begin what is over', async () => {
    const { clock, stops, asked } = await startLease({ askedAgoMs: FENCE_MS });
    await clock.advance(1);
    expect(stops).toEqual([{ atMs: 0, reason: 'fenced' }]);
    expect(asked).toEqual([]);
  });

  it('fences the agent off in time when an answer does not come', async () => {
    const setup = await startLease();
    setup.answer = () => new Promise(() => {});
    await setup.clock.advance(FENCE_MS);
    expect(setup.stops).toEqual([{ atMs: FENCE_MS, reason: 'fenced' }]);
  });

  it('goes on when the coordinator comes back before the fence', async () => {
    const { clock, wire, stops, asked } = await startLease();
    wire.hub.stop();
    await clock.advance(69_000);
    wire.hub.start();
    await clock.advance(100_000);
    expect(asked[0]?.atMs).toBe(70_000);
    expect(stops).toEqual([]);
  });

  it.each([
    ['cancel', 'cancelled'],
    ['lost', 'lost'],
  ] as const)('stops the trial once when the verdict is %s', async (verdict, reason) => {
    const setup = await startLease();
    setup.answer = () => ({ verdict, leaseMs: 0 });
    await setup.clock.advance(300_000);
    expect(setup.stops).toEqual([{ atMs: 20_000, reason }]);
    expect(setup.asked).toHaveLength(1);
  });

  it('does not get shorter by a renewal that is: the coordinator keeps the longer one too', async () => {
    const setup = await startLease();
    setup.answer = () => ({ verdict: 'ok', leaseMs: 30_000 });
    await setup.clock.advance(20_000);
    setup.wire.hub.stop();
    await setup.clock.advance(FENCE_MS);
    expect(setup.stops).toEqual([{ atMs: FENCE_MS, reason: 'fenced' }]);
  });

  it('of two renewals under way the longer counts, whichever is answered last', async () => {
    const setup = await startLease();
    let answerPlain = (): void => {};
    setup.answer = ({ quietForMs }) =>
      quietForMs === undefined
        ? new Promise((resolve) => {
            answerPlain = () => resolve({ verdict: 'ok', leaseMs: LEASE_MS });
          })
        : { verdict: 'ok', leaseMs: LEASE_MS + quietForMs };
    await setup.clock.advance(20_000);
    await setup.lease.beforeSilence(60_000);
    answerPlain();
    await settle();
    setup.quiet.close();
    await setup.clock.advance(180_000 + FENCE_MS - 1);
    expect(setup.stops).toEqual([]);
    await setup.clock.advance(1);
    expect(setup.stops).toEqual([{ atMs: 20_000 + 180_000 + FENCE_MS, reason: 'fenced' }]);
  });
});

describe('before a silence', () => {
  it('nothing is asked when the next renewal falls due after it', async () => {
    const { lease, asked } = await startLease();
    await lease.beforeSilence(15_000);
    expect(asked).toEqual([]);
  });

  it('the lease is renewed without a quiet window when a renewal falls due in 15 s or less', async () => {
    const { clock, lease, asked } = await startLease();
    await clock.advance(10_000);
    await lease.beforeSilence(15_000);
    expect(asked.map(({ request }) => request.quietForMs)).toEqual([undefined]);
  });

  it('a quiet window is asked for above 15 s, three times as long as expected and at most 30 minutes', async () => {
    const { lease, asked } = await startLease();
    await lease.beforeSilence(15_001);
    await lease.beforeSilence(3_600_000);
    expect(asked.map(({ request }) => request.quietForMs)).toEqual([45_003, 1_800_000]);
  });

  it('an answer that does not come keeps nobody from measuring, and the fence stands', async () => {
    const { clock, wire, quiet, lease, stops } = await startLease();
    wire.hub.stop();
    await lease.beforeSilence(60_000);
    quiet.close();
    await clock.advance(75_000);
    expect(stops).toEqual([{ atMs: 75_000, reason: 'fenced' }]);
  });
});

describe('while values are taken', () => {
  it('nothing is renewed, and what fell due is renewed as soon as talking is allowed', async () => {
    const { clock, quiet, lease, asked, stops } = await startLease();
    await lease.beforeSilence(60_000);
    quiet.close();
    await clock.advance(150_000);
    expect(asked).toHaveLength(1);
    expect(stops).toEqual([]);
    quiet.open();
    await settle();
    expect(asked).toHaveLength(2);
  });

  it('the fence falls at the end of the announced window, not before', async () => {
    const { clock, quiet, lease, stops } = await startLease();
    await lease.beforeSilence(60_000);
    quiet.close();
    await clock.advance(180_000 + FENCE_MS - 1);
    expect(stops).toEqual([]);
    await clock.advance(1);
    expect(stops).toEqual([{ atMs: 180_000 + FENCE_MS, reason: 'fenced' }]);
  });
});
