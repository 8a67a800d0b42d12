import { expect, test } from 'vitest';
import { claimVerdict, type ClaimFacts } from '../../../../coordinator/inspections/claim-verdict.ts';
import { agentId, jobId, type ClaimedJob } from '../../../../shared/inspection/job-state.ts';
import { queue } from '../../../../shared/inspection/transitions/queue.ts';

const facts: ClaimFacts = {
  agentId: 'ada',
  adminState: 'active',
  mayServe: true,
  isBusy: false,
  campaignState: 'running',
  lacksBaseline: false,
  nowMs: 1_000,
  isOfThisLife: true,
};
const queued = queue(jobId('j'), 500);
const held: ClaimedJob = {
  state: 'claimed',
  jobId: jobId('j'),
  epoch: 3,
  attempts: { infra: 0, rejections: 0 },
  lostOn: null,
  speaker: agentId('ada'),
  leaseEndsAtMs: 9_000,
  cancelRequested: false,
};

test('grants a queued job to a machine that may have it', () => {
  expect(claimVerdict(queued, facts)).toEqual({ verdict: 'grant', job: queued });
});

test.each([
  [{ adminState: 'draining' }, 'draining', null],
  [{ adminState: 'quarantined' }, 'draining', null],
  [{ mayServe: false }, 'mismatch', null],
  [{ isBusy: true }, 'busy', null],
  [{ campaignState: 'cancelled' }, 'cancelled', null],
  [{ campaignState: 'paused' }, 'not_yet', 60_000],
  [{ lacksBaseline: true }, 'not_yet', 5_000],
  [{ nowMs: 100 }, 'not_yet', 400],
] as const)('with %j refuses as %s', (changes, refusal, retryInMs) => {
  expect(claimVerdict(queued, { ...facts, ...changes })).toEqual({ verdict: 'refuse', refusal, retryInMs });
});

test('answers the holder again, unless it is to stop, and nobody else', () => {
  expect(claimVerdict(held, facts)).toEqual({ verdict: 'grant again', job: held });
  expect(claimVerdict({ ...held, cancelRequested: true }, facts)).toMatchObject({ refusal: 'claimed' });
  expect(claimVerdict(held, { ...facts, agentId: 'bob' })).toMatchObject({ refusal: 'claimed' });
  // Another process of the same agent would mix its values with those that the earlier had sent.
  expect(claimVerdict(held, { ...facts, isOfThisLife: false })).toMatchObject({ refusal: 'claimed' });
});
