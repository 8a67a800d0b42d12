import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWakeUp, createStatus, type AgentStatus } from '../../../../agent/work/agent-status.ts';
import { runClaimLoop, type GrantedClaim } from '../../../../agent/work/claim-loop.ts';
import { createHostLock } from '../../../../agent/work/host-lock.ts';
import type { ClaimReply, ClaimRequest, Trial } from '../../../../shared/protocol/claim-message.ts';
import type { QueueName } from '../../../../shared/protocol/subjects.ts';
import { silentLogger } from '../../../../shared/runtime/logger.ts';
import { tryLock } from '../../../../shared/runtime/file-lock.ts';
import { createFakeClock, settle, type FakeClock } from '../../../support/fake-clock.ts';
import { createFleetWire, type AgentEnd, type FleetWire } from '../../../support/fleet-wire.ts';
import { sampleTrial } from '../../../support/sample-trial.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../support/temporary-directory.ts';
import { until } from '../../../support/until.ts';

const ANY: QueueName = { lane: 'any', target: 'linux_x86_64-cp311', priority: 1 };
const AVX2: QueueName = { ...ANY, lane: 'avx2' };
const IDLE_MS = 5000;

const trial: Trial = sampleTrial();
const granted = (request: ClaimRequest): ClaimReply => ({
  verdict: 'granted',
  jobId: request.jobId,
  epoch: 1,
  leaseMs: 90_000,
  trial,
});

let directory: TemporaryDirectory;
let lockPath: string;
let clock: FakeClock;
let wire: FleetWire;
let agent: AgentEnd;
let status: AgentStatus;
let claims: string[];
let lives: ClaimRequest['life'][];
let answer: (request: ClaimRequest) => ClaimReply | Promise<ClaimReply>;
let runTrial: (claim: GrantedClaim) => Promise<void>;
let notFit: string | null;
let idlePollMs: number;
let stop: AbortController;
let loop: Promise<void> | null;
const lookForWork = createWakeUp();
const life = { series: randomUUID(), number: 3 };

beforeEach(async () => {
  directory = await temporaryDirectory();
  lockPath = join(directory.path, 'host.lock');
  clock = createFakeClock();
  claims = [];
  lives = [];
  answer = granted;
  runTrial = () => Promise.resolve();
  notFit = null;
  idlePollMs = IDLE_MS;
  stop = new AbortController();
  loop = null;
  wire = await createFleetWire({
    clock,
    handlers: {
      claim: async (_agentId, request) => {
        claims.push(request.jobId);
        lives.push(request.life);
        return await answer(request);
      },
    },
  });
  agent = wire.addAgent('a');
  status = createStatus({ queues: [AVX2, ANY] });
});

afterEach(async () => {
  stop.abort();
  await loop;
  await directory.remove();
});

function start(): void {
  loop = runClaimLoop(
    {
      broker: agent.broker,
      link: agent.link,
      status,
      hostLock: createHostLock({ path: lockPath, clock, pollMs: 1000 }),
      lookForWork,
      clock,
      random: () => 0.5,
      logger: silentLogger,
      idlePollMs,
      hardwareDigest: () => 'digest',
      life,
      notFitReason: () => Promise.resolve(notFit),
      runTrial: (claim) => runTrial(claim),
    },
    stop.signal,
  );
}

const offer = (jobId: string, queue = ANY, offerSequence = 1): Promise<void> =>
  wire.offer({ jobId, queue, nextEpoch: 1, offerSequence });

/** Rounds of the loop that found nothing to do: it sleeps then. */
const idleRounds = async (count: number): Promise<void> => {
  for (let round = 0; round < count; round++) {
    await until(() => clock.sleepers > 0);
    await clock.advance(IDLE_MS);
  }
  await until(() => clock.sleepers > 0);
};

describe('the claim loop', () => {
  it('does not begin again what it has given up, until the job comes with another epoch', async () => {
    const begun: number[] = [];
    runTrial = ({ epoch }) => Promise.resolve(void begun.push(epoch));
    start();
    await offer('lost', ANY, 1);
    await idleRounds(1);
    await offer('lost', ANY, 2);
    await idleRounds(1);
    expect(claims).toEqual(['lost', 'lost']);
    expect(lives).toEqual([life, life]);
    expect(begun).toEqual([1]);
    answer = (request) => ({ ...granted(request), epoch: 2 }) as ClaimReply;
    await offer('lost', ANY, 3);
    await idleRounds(1);
    expect(begun).toEqual([1, 2]);
  });

  it('looks again when the host could not be locked', async () => {
    lockPath = join(directory.path, 'missing', 'host.lock');
    await offer('job');
    start();
    await idleRounds(1);
    expect(claims).toEqual([]);
    await mkdir(join(directory.path, 'missing'));
    await idleRounds(1);
    expect(claims).toEqual(['job']);
  });

  it('takes what its first queue holds before the second, one trial at a time', async () => {
    await offer('common');
    await offer('scarce', AVX2);
    let running = 0;
    const most: number[] = [];
    runTrial = async () => {
      running += 1;
      most.push(running);
      await settle();
      running -= 1;
    };
    start();
    await until(() => most.length === 2);
    expect(claims).toEqual(['scarce', 'common']);
    expect(most).toEqual([1, 1]);
  });

  it('tells what it works on while the trial runs, and acks the offer before', async () => {
    await offer('job-1');
    let seen: unknown;
    runTrial = async () => {
      seen = { job: status.job, waiting: await wire.broker.queueDepth(ANY) };
    };
    start();
    await until(() => seen);
    expect(seen).toEqual({ job: { jobId: 'job-1', epoch: 1 }, waiting: 0 });
    await until(() => status.job === null);
    await clock.advance(3_600_000);
    expect(claims).toEqual(['job-1']);
  });

  it.each(['finished', 'cancelled', 'claimed', 'dead', 'mismatch', 'draining', 'unknown'] as const)(
    'acks an offer whose claim is refused as %s',
    async (refusal) => {
      await offer('job-1');
      answer = () => ({ verdict: 'refused', refusal });
      start();
      await until(() => claims.length === 1);
      await idleRounds(1);
      await clock.advance(120_000);
      expect(claims).toEqual(['job-1']);
    },
  );

  it.each(['not_yet', 'busy'] as const)(
    'gives an offer back that is refused as %s, for later, and looks for it as soon as it is there again',
    async (refusal) => {
      idlePollMs = 3_600_000;
      await offer('job-1');
      answer = () => ({ verdict: 'refused', refusal, retryInMs: 12_000 });
      start();
      await until(() => claims.length === 1 && clock.sleepers > 0);
      lookForWork.wake();
      await clock.advance(11_000);
      expect(claims).toHaveLength(1);
      answer = granted;
      await clock.advance(2_000);
      await until(() => claims.length === 2);
    },
  );

  it('gives an offer back when nobody answers the claim, and does not hammer', async () => {
    await offer('job-1');
    answer = () => Promise.reject(new Error('the database is away'));
    start();
    await until(() => claims.length === 1);
    await clock.advance(10_000);
    await until(() => clock.sleepers === 1);
    expect(claims).toHaveLength(1);
    answer = granted;
    await clock.advance(10_000);
    await until(() => claims.length === 2);
  });

  it('takes an offer away that cannot be read', async () => {
    await wire.broker.ensureQueue(ANY);
    await wire.broker.offer(ANY, 'x', new Uint8Array([1, 2, 3]));
    start();
    await idleRounds(1);
    await clock.advance(120_000);
    expect(await agent.broker.takeOffer(ANY)).toBeNull();
    expect(claims).toEqual([]);
  });

  it.each([
    ['the machine has no queue yet', () => status.set({ queues: [] })],
    ['it drains', () => status.set({ draining: true })],
    ['it shuts down', () => status.set({ shuttingDown: true })],
    ['it is not fit', () => (notFit = 'no disk')],
  ])('pulls nothing while %s', async (_when, arrange) => {
    arrange();
    await offer('job-1');
    start();
    await idleRounds(3);
    expect(await wire.broker.queueDepth(ANY)).toBe(1);
    expect(claims).toEqual([]);
  });

  it('pulls nothing while another agent of the host measures, and then does', async () => {
    const other = await tryLock(lockPath);
    await offer('job-1');
    start();
    await until(() => clock.sleepers > 0);
    await clock.advance(10_000);
    expect(await wire.broker.queueDepth(ANY)).toBe(1);
    if (other.held) await other.lock.release();
    await until(async () => {
      await clock.advance(1000);
      return claims.length === 1;
    });
  });

  it('looks at once when it is woken', async () => {
    start();
    await until(() => clock.sleepers > 0);
    await offer('job-1');
    lookForWork.wake();
    await until(() => claims.length > 0);
    expect(claims).toEqual(['job-1']);
  });

  it('gives an offer back that arrives after the order to stop', async () => {
    await offer('job-1');
    const take = agent.broker.takeOffer.bind(agent.broker);
    agent = {
      ...agent,
      broker: {
        ...agent.broker,
        takeOffer: async (queue) => {
          const taken = await take(queue);
          if (taken !== null) stop.abort();
          return taken;
        },
      },
    };
    start();
    await loop;
    expect(claims).toEqual([]);
    expect(await take(ANY)).not.toBeNull();
  });

  it('lets a trial that runs end before it ends itself', async () => {
    await offer('job-1');
    let finish = (): void => {};
    runTrial = () => new Promise((resolve) => (finish = resolve));
    start();
    await until(() => status.job !== null);
    stop.abort();
    let hasEnded = false;
    const end = loop?.then(() => (hasEnded = true));
    await settle(20);
    expect(hasEnded).toBe(false);
    finish();
    await end;
    expect(status.job).toBeNull();
  });
});
