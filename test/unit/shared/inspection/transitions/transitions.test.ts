import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  agentId,
  asClaimable,
  asExpired,
  asSpokenBy,
  jobId,
  type ClaimedJob,
  type DeadJob,
  type FinishedJob,
  type QueuedJob,
} from '../../../../../shared/inspection/job-state.ts';
import { DEFAULT_RETRY_POLICY as policy, UNCOUNTED } from '../../../../../shared/inspection/retry-policy.ts';
import { cancel } from '../../../../../shared/inspection/transitions/cancel.ts';
import { claim } from '../../../../../shared/inspection/transitions/claim.ts';
import { expire } from '../../../../../shared/inspection/transitions/expire.ts';
import { finish } from '../../../../../shared/inspection/transitions/finish.ts';
import { queue } from '../../../../../shared/inspection/transitions/queue.ts';
import { renew } from '../../../../../shared/inspection/transitions/renew.ts';
import { requeue } from '../../../../../shared/inspection/transitions/requeue.ts';

const [ada, bob] = [agentId('ada'), agentId('bob')];
const queued = queue(jobId('j'), 1_000);

const claimBy = (job: QueuedJob, agent: typeof ada, nowMs: number): ClaimedJob => {
  const claimable = asClaimable(job, nowMs);
  if (claimable === null) throw new Error('the test claims too early');
  return claim(claimable, { agentId: agent, nowMs, leaseMs: 90_000 });
};
const lose = (job: ClaimedJob, nowMs: number) => {
  const expired = asExpired(job, nowMs);
  if (expired === null) throw new Error('the test lets expire too early');
  return expire(expired, { nowMs, policy, random: 0.5 });
};

describe('claim', () => {
  test('raises the epoch and holds for the lease', () => {
    expect(claimBy(queued, ada, 2_000)).toMatchObject({
      state: 'claimed',
      epoch: 1,
      speaker: ada,
      leaseEndsAtMs: 92_000,
    });
  });

  test('is not possible before the waiting time is over', () => {
    expect(asClaimable(queued, 999)).toBeNull();
  });

  test('does not compile for a job that is not queued, nor without having looked at the time', () => {
    expectTypeOf(claim).parameter(0).not.toEqualTypeOf<QueuedJob>();
    expectTypeOf<ClaimedJob>().not.toExtend<Parameters<typeof claim>[0]>();
    expectTypeOf<QueuedJob>().not.toExtend<Parameters<typeof claim>[0]>();
    expectTypeOf<FinishedJob>().not.toExtend<Parameters<typeof finish>[0]>();
    expectTypeOf<DeadJob>().not.toExtend<Parameters<typeof requeue>[0]>();
    expectTypeOf<QueuedJob>().not.toExtend<Parameters<typeof renew>[0]>();
  });
});

describe('renew', () => {
  test('covers an announced silence, and no more than half an hour', () => {
    const held = claimBy(queued, ada, 2_000);
    expect(renew(held, { nowMs: 10_000, leaseMs: 90_000, quietForMs: 60_000 }).leaseEndsAtMs).toBe(160_000);
    expect(renew(held, { nowMs: 0, leaseMs: 90_000, quietForMs: 10 ** 9 }).leaseEndsAtMs).toBe(
      90_000 + 1_800_000,
    );
  });

  test('never makes a lease shorter: a plain renewal may overtake one that asked for a quiet window', () => {
    const held = claimBy(queued, ada, 2_000);
    const quiet = renew(held, { nowMs: 10_000, leaseMs: 90_000, quietForMs: 60_000 });
    expect(renew(quiet, { nowMs: 10_001, leaseMs: 90_000 }).leaseEndsAtMs).toBe(160_000);
  });
});

describe('expire', () => {
  test('queues the job for later, and lets the old holder speak until the next claim', () => {
    const after = lose(claimBy(queued, ada, 2_000), 92_000);
    expect(after).toMatchObject({
      state: 'queued',
      epoch: 1,
      attempts: { infra: 1 },
      speaker: ada,
      notBeforeMs: 122_000,
    });
    expect(asSpokenBy(after, ada, 1)).not.toBeNull();
    expect(asSpokenBy(claimBy(after as QueuedJob, bob, 130_000), ada, 1)).toBeNull();
  });

  test('buries a job on which two different machines were lost in a row', () => {
    const once = lose(claimBy(queued, ada, 2_000), 92_000) as QueuedJob;
    expect(lose(claimBy(once, bob, 200_000), 300_000)).toMatchObject({ state: 'dead', reason: 'poison' });
  });

  test('does not take the same machine for two', () => {
    const once = lose(claimBy(queued, ada, 2_000), 92_000) as QueuedJob;
    expect(lose(claimBy(once, ada, 200_000), 300_000).state).toBe('queued');
  });

  test('ends a job that was to be cancelled', () => {
    expect(lose(cancel(claimBy(queued, ada, 2_000)), 92_000).state).toBe('cancelled');
  });
});

describe('requeue', () => {
  const at = { nowMs: 5_000, policy, random: 0.5 };

  test('ends the epoch: its holder may not speak again', () => {
    const after = requeue(claimBy(queued, ada, 2_000), { ...at, counted: UNCOUNTED });
    expect(after).toMatchObject({
      state: 'queued',
      epoch: 1,
      notBeforeMs: 5_000,
      speaker: null,
      lostOn: null,
    });
    expect(asSpokenBy(after, ada, 1)).toBeNull();
  });

  test('forgets a lost machine once another one has ended in order', () => {
    const once = lose(claimBy(queued, ada, 2_000), 92_000) as QueuedJob;
    const orderly = requeue(claimBy(once, bob, 200_000), { ...at, counted: UNCOUNTED }) as QueuedJob;
    expect(lose(claimBy(orderly, bob, 200_000), 300_000).state).toBe('queued');
  });

  test('buries the job with its last attempt', () => {
    const tired = { ...claimBy(queued, ada, 2_000), attempts: { infra: 4, rejections: 0 } };
    expect(requeue(tired, { ...at, counted: { infra: true, rejection: false } })).toMatchObject({
      state: 'dead',
      reason: 'attempts_used_up',
    });
  });

  test('ends a job that was to be cancelled', () => {
    expect(requeue(cancel(claimBy(queued, ada, 2_000)), { ...at, counted: UNCOUNTED }).state).toBe(
      'cancelled',
    );
  });
});

test('a holder whose lease ran out may still finish the job that nobody else has claimed', () => {
  const spoken = asSpokenBy(lose(claimBy(queued, ada, 2_000), 92_000), ada, 1);
  expect(spoken && finish(spoken)).toMatchObject({ state: 'finished', epoch: 1 });
});
