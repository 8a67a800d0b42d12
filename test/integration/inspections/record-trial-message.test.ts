import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cancelJob } from '../../../coordinator/inspections/cancel-job.ts';
import { expireLeases } from '../../../coordinator/inspections/expire-leases.ts';
import { inspectionLog } from '../../../coordinator/inspections/inspection-log.ts';
import { rejectTrialMessage } from '../../../coordinator/inspections/reject-trial-message.ts';
import { listInspections, showInspection } from '../../../coordinator/inspections/show-inspection.ts';
import type { EndMessage } from '../../../shared/protocol/trial-messages.ts';
import { createWorld, LEASE_MS, type Grant, type World } from '../../support/campaign-world.ts';
import { blockOf } from '../../support/trial-blocks.ts';
import { rethrow } from '../../support/rethrow.ts';

let world: World;
let agent: string;
let other: string;
let grant: Grant;

beforeEach(async () => {
  world = await createWorld();
  agent = await world.addAgent();
  other = await world.addAgent();
  await world.createCampaign({ sampling: { count: 3 } });
  await world.feed();
  grant = await world.work(agent);
});
afterEach(async () => {
  await world.close();
});

const failure = (cause: 'stack' | 'fleet' | 'script') =>
  ({ outcome: 'failed', cause, phase: 'build', code: 'TROOP-1401', message: 'it broke' }) as const;
const candidate = (index: number): string => grant.trial.candidates[index]?.stack_id ?? '';
const build = (
  changes: { n?: number; stackId?: string; failure?: ReturnType<typeof failure> | null } = {},
) => ({
  kind: 'build' as const,
  body: {
    jobId: grant.jobId,
    epoch: grant.epoch,
    n: 0,
    stackId: candidate(0),
    role: 'candidate' as const,
    builder: 'uv' as const,
    reused: false,
    durationMs: 1,
    downloadedBytes: 0,
    failure: failure('stack') as ReturnType<typeof failure> | null,
    ...changes,
  },
});
const block = (n: number) => ({
  kind: 'block' as const,
  body: {
    jobId: grant.jobId,
    epoch: grant.epoch,
    n,
    block: blockOf(n, grant.trial.baseline, grant.trial.candidates),
  },
});
const end = (changes: Partial<EndMessage> = {}) => ({
  kind: 'end' as const,
  body: {
    jobId: grant.jobId,
    epoch: grant.epoch,
    n: 0,
    ending: 'completed' as const,
    reason: null,
    failures: [],
    hardwareDigest: 'hardware',
    startedAt: '',
    finishedAt: '',
    ...changes,
  },
});
const job = async () =>
  (
    await world.rows<{ state: string; epoch: number; infra_attempts: number; rejections: number }>(
      'select state, epoch, infra_attempts, rejections from jobs where id = $1',
      [grant.jobId],
    )
  )[0];
const outcomes = () =>
  world.rows<{ role: string; outcome: string | null }>(
    'select role, outcome from inspections order by role, position',
  );
const loseTheLease = async () => {
  await world.letTimePass(LEASE_MS + 1_000);
  await expireLeases({ pool: world.pool, policy: world.policy, random: () => 0.5 }, rethrow);
};

describe('a good trial', () => {
  test('finishes the job, decides its inspections, proves the baseline and leaves numbers', async () => {
    await world.complete(grant);
    expect(await job()).toMatchObject({ state: 'finished', epoch: 1 });
    expect(await outcomes()).toEqual(
      ['baseline', 'candidate', 'candidate', 'candidate'].map((role) => ({ role, outcome: 'succeeded' })),
    );
    expect(await world.rows('select state from baselines')).toEqual([{ state: 'proved' }]);
    const [first] = await listInspections(world.pool, {
      campaign: 'question',
      lane: 'any',
      stackId: candidate(0),
    });
    const { comparisons, measurements, holds } = await showInspection(world.pool, first?.id ?? '');
    const wall = comparisons.find((comparison) => comparison.metric === 'wall');
    expect(wall).toMatchObject({
      benchmark: 'matmul',
      unit: 'ns',
      blocks: 4,
      insufficient: null,
      baseline_median: 1000,
    });
    expect(wall?.ratio).toBeCloseTo(2, 2);
    expect(wall?.low ?? 0).toBeLessThanOrEqual(wall?.ratio ?? 0);
    expect(measurements.map(({ metric }) => metric)).toContain('peak_memory');
    expect(holds).toMatchObject([{ epoch: 1, agent_id: agent, ending: 'completed' }]);
  });

  test('also leaves the absolute numbers of the baseline itself', async () => {
    await world.complete(grant);
    expect(
      await world.rows(
        `select m.median from measurements m join inspections i on i.id = m.inspection_id
         where i.role = 'baseline' and m.metric = 'wall'`,
      ),
    ).toEqual([{ median: 1000 }]);
  });

  test('counts once, however often each of its messages comes', async () => {
    await world.complete(grant);
    const before = await world.rows('select id, received_at from trial_messages order by id');
    const again = await world.complete(grant);
    expect(again).toMatchObject({ stored: 'duplicate' });
    expect(await world.rows('select id, received_at from trial_messages order by id')).toEqual(before);
    expect(await world.rows('select * from stale_messages')).toEqual([]);
  });
});

describe('messages out of order', () => {
  test('an end that has overtaken blocks waits for them', async () => {
    const early = end({ sent: { builds: 0, blocks: 4 } });
    await world.record(agent, block(0));
    await expect(world.record(agent, early)).rejects.toMatchObject({
      code: 'TROOP-1310',
      facts: { missing: 3 },
    });
    expect(await job()).toMatchObject({ state: 'claimed' });
    for (const n of [3, 1, 2]) await world.record(agent, block(n));
    expect(await world.record(agent, early)).toMatchObject({ stored: 'accepted' });
    expect(await job()).toMatchObject({ state: 'finished' });
  });
});

describe('a message that can never be stored', () => {
  test('is kept as evidence, and the end of its trial does not wait for it', async () => {
    await world.record(agent, block(0));
    const lost = { message: block(1), reason: 'unsupported Unicode escape sequence' };
    await rejectTrialMessage(world.pool, agent, `${grant.jobId}.${grant.epoch}.block.1`, lost);
    await rejectTrialMessage(world.pool, agent, `${grant.jobId}.${grant.epoch}.block.1`, lost);
    const closed = await world.record(agent, end({ sent: { builds: 0, blocks: 2 } }));
    expect(closed.stored).toBe('accepted');
    const { rows } = await world.pool.query('select kind, reason from stale_messages');
    expect(rows).toEqual([{ kind: 'block', reason: 'unstorable' }]);
  });
});

describe('who may speak', () => {
  test('nobody but the holder', async () => {
    expect(await world.record(other, block(0))).toMatchObject({ stored: 'stale', reason: 'not_the_holder' });
    expect(await world.record(agent, block(0))).toMatchObject({ stored: 'accepted' });
  });

  test('the holder whose lease ran out, as long as nobody else has claimed', async () => {
    await loseTheLease();
    expect(await job()).toMatchObject({ state: 'queued', infra_attempts: 1 });
    await world.complete(grant);
    expect(await job()).toMatchObject({ state: 'finished' });
  });

  test('no zombie: its messages are kept as evidence, and the new holder decides', async () => {
    await loseTheLease();
    const second = await world.claim(other, grant.jobId);
    expect(second).toMatchObject({ verdict: 'granted', epoch: 2 });
    expect(await world.complete(grant)).toMatchObject({ stored: 'stale', reason: 'stale_epoch' });
    expect(await job()).toMatchObject({ state: 'claimed', epoch: 2 });
    expect(
      await world.rows('select kind, reason, count(*)::int from stale_messages group by 1, 2 order by 1'),
    ).toEqual([
      { kind: 'block', reason: 'stale_epoch', count: 4 },
      { kind: 'end', reason: 'stale_epoch', count: 1 },
    ]);
    await world.complete({ ...grant, agentId: other, epoch: 2 });
    expect(await world.rows('select distinct epoch from comparisons')).toEqual([{ epoch: 2 }]);
  });

  test('no unknown job', async () => {
    const message = block(0);
    const body = { ...message.body, jobId: 'nothing' };
    expect(await world.record(agent, { ...message, body })).toMatchObject({ reason: 'unknown_job' });
  });

  test('nobody for an epoch that has ended', async () => {
    await world.record(agent, end({ ending: 'aborted', reason: 'shutdown' }));
    expect(await world.record(agent, block(0))).toMatchObject({ stored: 'stale', reason: 'epoch_has_ended' });
  });
});

describe('failures', () => {
  test('a build that the stack broke is decided at once, while the job goes on', async () => {
    await world.record(agent, build());
    expect(await job()).toMatchObject({ state: 'claimed' });
    const [first] = await listInspections(world.pool, { stackId: candidate(0) });
    expect(first).toMatchObject({ outcome: 'failed', cause: 'stack', phase: 'build', message: 'it broke' });
  });

  test('a build that the fleet spoiled stays pending, and the next epoch builds only what is not decided', async () => {
    await world.record(agent, build({ n: 0, failure: failure('fleet') }));
    await world.record(agent, build({ n: 1, stackId: candidate(1), failure: failure('stack') }));
    await world.complete({
      ...grant,
      trial: { ...grant.trial, candidates: grant.trial.candidates.slice(2) },
    });
    expect(await job()).toMatchObject({ state: 'queued', epoch: 1, infra_attempts: 1 });
    await world.feed();
    const next = await world.work(other);
    expect(next).toMatchObject({ jobId: grant.jobId, epoch: 2 });
    expect(next.trial.candidates.map((stack) => stack.stack_id)).toEqual([candidate(0)]);
  });

  test('a fleet that fails to the end is what the inspection is decided as', async () => {
    let held = grant;
    for (let attempt = 1; ; attempt++) {
      const failures = held.trial.candidates.map((stack) => ({
        stackId: stack.stack_id,
        failure: failure('fleet'),
      }));
      await world.complete(held, failures);
      if (attempt === world.policy.maximumInfraAttempts) break;
      await world.feed();
      held = await world.work(attempt % 2 === 0 ? agent : other);
    }
    expect(await job()).toMatchObject({ state: 'dead', infra_attempts: 5 });
    expect(
      await world.rows(`select distinct outcome, cause, code from inspections where role = 'candidate'`),
    ).toEqual([{ outcome: 'failed', cause: 'fleet', code: 'TROOP-1401' }]);
  });

  test('an agent that was told to stop costs the job no attempt', async () => {
    await world.record(agent, end({ ending: 'aborted', reason: 'shutdown' }));
    expect(await job()).toMatchObject({ state: 'queued', infra_attempts: 0, rejections: 0 });
  });

  test('a trial without a block that counts is a rejection, not a success', async () => {
    await world.record(agent, end());
    expect(await job()).toMatchObject({ state: 'queued', infra_attempts: 0, rejections: 1 });
  });

  test('text that PostgreSQL cannot hold does not lose the message', async () => {
    const message = `cut ${String.fromCodePoint(0)} here ${String.fromCharCode(0xd83d)}`;
    const broken = { ...failure('stack'), message };
    expect(await world.record(agent, build({ failure: broken as never }))).toMatchObject({
      stored: 'accepted',
    });
    const [first] = await listInspections(world.pool, { stackId: candidate(0) });
    expect(first?.message).toContain('here');
  });
});

describe('cancelling', () => {
  test('marks a claimed job, and decides what is pending when its hold ends', async () => {
    expect(await cancelJob(world.pool, grant.jobId)).toEqual({
      state: 'claimed',
      holder: { agentId: agent, epoch: 1 },
    });
    await world.record(agent, build());
    await world.record(agent, end({ ending: 'aborted', reason: 'cancelled' }));
    expect(await job()).toMatchObject({ state: 'cancelled' });
    expect((await outcomes()).map(({ outcome }) => outcome)).toEqual([
      null,
      'failed',
      'cancelled',
      'cancelled',
    ]);
  });

  test('is over at once for a queued job, and harmless the second time', async () => {
    await world.record(agent, end({ ending: 'aborted', reason: 'shutdown' }));
    expect(await cancelJob(world.pool, grant.jobId)).toEqual({ state: 'cancelled', holder: null });
    expect(await cancelJob(world.pool, grant.jobId)).toEqual({ state: 'cancelled', holder: null });
    expect(await world.claim(other, grant.jobId)).toMatchObject({ refusal: 'cancelled' });
  });
});

describe('logs', () => {
  const log = (part: number, parts: number, gzip: Uint8Array) => ({
    kind: 'log' as const,
    body: { jobId: grant.jobId, epoch: 1, n: part, stackId: candidate(0), phase: 'build', part, parts, gzip },
  });
  const readLog = async () => {
    const [first] = await listInspections(world.pool, { stackId: candidate(0) });
    return await inspectionLog(world.pool, first?.id ?? '');
  };

  test('are put together from their parts, in whatever order these came', async () => {
    const stream = gzipSync('collecting thing\n'.repeat(1000));
    const half = Math.floor(stream.length / 2);
    expect(await world.record(agent, log(1, 2, stream.subarray(half)))).toMatchObject({ stored: 'accepted' });
    await world.record(agent, log(0, 2, stream.subarray(0, half)));
    expect(await world.record(agent, log(0, 2, stream.subarray(0, half)))).toMatchObject({
      stored: 'duplicate',
    });
    const [phase] = await readLog();
    expect(phase).toMatchObject({ phase: 'build', epoch: 1, missingParts: 0 });
    expect(phase?.text).toBe('collecting thing\n'.repeat(1000));
  });

  test('that are too long keep their first MiB and their last three', async () => {
    await world.record(agent, log(0, 1, gzipSync(`first\n${'x'.repeat(8 * 1024 * 1024)}\nlast`)));
    const [phase] = await readLog();
    expect(phase?.text.startsWith('first\n')).toBe(true);
    expect(phase?.text.endsWith('\nlast')).toBe(true);
    expect(phase?.text).toContain(`[... ${4 * 1024 * 1024 + 'first\n\nlast'.length} bytes left out ...]`);
  });

  test('that are damaged say so', async () => {
    await world.record(agent, log(0, 2, gzipSync('hello world').subarray(0, 15)));
    const [phase] = await readLog();
    expect(phase).toMatchObject({ missingParts: 1 });
    expect(phase?.text).toContain('the log cannot be read further');
  });

  test('of somebody who never held the job are not taken', async () => {
    expect(await world.record(other, log(0, 1, gzipSync('x')))).toMatchObject({ stored: 'stale' });
    expect(await readLog()).toEqual([]);
  });
});
