import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createWakeUp,
  createStatus,
  type AgentStatus,
  type WakeUp,
} from '../../../../agent/work/agent-status.ts';
import { runHeartbeatLoop } from '../../../../agent/work/heartbeat-loop.ts';
import { createQuietGate, type QuietGate } from '../../../../agent/work/quiet-gate.ts';
import { emptyFingerprint } from '../../../../shared/machine/fingerprint.ts';
import type { Heartbeat, HeartbeatReply } from '../../../../shared/protocol/heartbeat-message.ts';
import { silentLogger } from '../../../../shared/runtime/logger.ts';
import { createFakeClock, settle, type FakeClock } from '../../../support/fake-clock.ts';
import { createFleetWire, type AgentEnd, type FleetWire } from '../../../support/fleet-wire.ts';

const EVERY_MS = 15_000;
const LIFE = { series: '00000000-0000-4000-8000-000000000000', number: 3 };
const QUEUE = { lane: 'any', target: 'linux_x86_64-cp311', priority: 1 } as const;

let clock: FakeClock;
let wire: FleetWire;
let agent: AgentEnd;
let status: AgentStatus;
let quiet: QuietGate;
let beats: { atMs: number; beat: Heartbeat }[];
let reply: (beat: Heartbeat) => Partial<HeartbeatReply>;
let beatNow: WakeUp;
let lookForWork: WakeUp;
let stop: AbortController;

beforeEach(async () => {
  clock = createFakeClock();
  const startMs = clock.monotonicMs();
  beats = [];
  reply = () => ({});
  wire = await createFleetWire({
    clock,
    handlers: {
      heartbeat: (_agentId, beat) => {
        beats.push({ atMs: clock.monotonicMs() - startMs, beat });
        const clockText = new Date(clock.nowMs()).toISOString();
        return Promise.resolve({
          queues: [],
          draining: false,
          wantsFingerprint: false,
          clock: clockText,
          ...reply(beat),
        });
      },
    },
  });
  agent = wire.addAgent('a');
  status = createStatus();
  quiet = createQuietGate();
  beatNow = createWakeUp();
  lookForWork = createWakeUp();
  stop = new AbortController();
});

afterEach(() => stop.abort());

async function start(): Promise<void> {
  void runHeartbeatLoop(
    {
      link: agent.link,
      status,
      quiet,
      clock,
      random: () => 0.5,
      logger: silentLogger,
      everyMs: EVERY_MS,
      version: '1.2.3',
      life: LIFE,
      beatNow,
      lookForWork,
      machine: () => ({ fingerprint: emptyFingerprint, hardwareDigest: 'digest' }),
      freeDiskBytes: () => Promise.resolve(null),
      loadAverage1m: () => 0.5,
      spooledMessages: () => 2,
    },
    stop.signal,
  );
  await settle();
}

async function isLookedForWork(): Promise<boolean> {
  const giveUp = new AbortController();
  const isWoken = lookForWork.wait(giveUp.signal).then(() => !giveUp.signal.aborted);
  await settle();
  giveUp.abort();
  return await isWoken;
}

describe('the heartbeat loop', () => {
  it('says every 15 s that the machine is there; the fingerprint goes with the first beat alone', async () => {
    await start();
    await clock.advance(2 * EVERY_MS);
    expect(beats.map(({ atMs }) => atMs)).toEqual([0, EVERY_MS, 2 * EVERY_MS]);
    expect(beats.map(({ beat }) => beat.fingerprint !== undefined)).toEqual([true, false, false]);
    expect(beats[0]?.beat).toMatchObject({
      state: 'idle',
      job: null,
      hardwareDigest: 'digest',
      version: '1.2.3',
      life: LIFE,
    });
  });

  it('does what the coordinator tells: queues, draining, and looks for work when the queues have changed', async () => {
    reply = () => ({ queues: [QUEUE] });
    await start();
    expect(status.queues).toEqual([QUEUE]);
    expect(await isLookedForWork()).toBe(true);
    reply = () => ({ queues: [QUEUE], draining: true });
    await clock.advance(EVERY_MS);
    expect(status.draining).toBe(true);
    await clock.advance(EVERY_MS);
    expect(beats.at(-1)?.beat.state).toBe('draining');
  });

  it('looks for work at every beat of an idle machine, and of a busy one when its queues have changed', async () => {
    await start();
    expect(await isLookedForWork()).toBe(true);
    await clock.advance(EVERY_MS);
    expect(await isLookedForWork()).toBe(true);
    status.set({ job: { jobId: 'job-1', epoch: 4 } });
    await clock.advance(EVERY_MS);
    expect(await isLookedForWork()).toBe(false);
    reply = () => ({ queues: [QUEUE] });
    await clock.advance(EVERY_MS);
    expect(await isLookedForWork()).toBe(true);
  });

  it('sends the fingerprint again as soon as it is asked for', async () => {
    await start();
    reply = (beat) => ({ wantsFingerprint: beat.fingerprint === undefined });
    await clock.advance(EVERY_MS);
    expect(beats.map(({ atMs }) => atMs)).toEqual([0, EVERY_MS, EVERY_MS]);
    expect(beats.at(-1)?.beat.fingerprint).toBeDefined();
  });

  it('does not hammer a coordinator that is never content with the fingerprint', async () => {
    reply = () => ({ wantsFingerprint: true });
    await start();
    await clock.advance(4 * EVERY_MS);
    expect(beats).toHaveLength(5);
  });

  it('tells what the machine works on', async () => {
    status.set({ job: { jobId: 'job-1', epoch: 4 } });
    await start();
    expect(beats[0]?.beat).toMatchObject({ state: 'working', job: { jobId: 'job-1', epoch: 4 } });
  });

  it('is silent while values are taken, and speaks right after', async () => {
    await start();
    quiet.close();
    beatNow.wake();
    await clock.advance(10 * EVERY_MS);
    expect(beats).toHaveLength(1);
    quiet.open();
    await settle();
    expect(beats).toHaveLength(2);
  });

  it('comes again soon after a beat that failed, less and less often, and all is well when the wire is back', async () => {
    wire.hub.stop();
    await start();
    reply = () => ({ queues: [QUEUE] });
    await clock.advance(6_000);
    expect(beats).toEqual([]);
    wire.hub.start();
    await clock.advance(4_000);
    expect(beats.map(({ atMs }) => atMs)).toEqual([10_000]);
    expect(beats[0]?.beat.fingerprint).toBeDefined();
    expect(status.queues).toEqual([QUEUE]);
  });

  it('believes no answer that another key has signed', async () => {
    const { publicKey: ofAnotherCoordinator } = await createFleetWire({ clock });
    agent = wire.addAgent('a', { coordinatorPublicKey: ofAnotherCoordinator });
    reply = () => ({ queues: [QUEUE] });
    await start();
    await clock.advance(EVERY_MS);
    expect(beats.length).toBeGreaterThan(1);
    expect(status.queues).toEqual([]);
    expect(status.wantsFingerprint).toBe(true);
  });
});
