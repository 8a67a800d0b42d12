// Who gets a job, and why not: pure, so that every reason can be tried out.
import {
  asClaimable,
  type ClaimableJob,
  type ClaimedJob,
  type Job,
} from '../../shared/inspection/job-state.ts';
import type { ClaimRefusal } from '../../shared/protocol/claim-message.ts';

export interface ClaimFacts {
  readonly agentId: string;
  /** `active`, … */
  readonly adminState: string;
  readonly mayServe: boolean;
  /** Holds another job. */
  readonly isBusy: boolean;
  readonly campaignState: string;
  /** The campaign wants a baseline, and none is in force on the lane now. */
  readonly lacksBaseline: boolean;
  readonly nowMs: number;
  /** The job is claimed in the very life of the agent that asks, as far as it says. */
  readonly isOfThisLife: boolean;
}

export type ClaimVerdict =
  | { readonly verdict: 'grant'; readonly job: ClaimableJob }
  /** It holds the job already: the answer to its first request was lost. An earlier process of it had another answer. */
  | { readonly verdict: 'grant again'; readonly job: ClaimedJob }
  | { readonly verdict: 'refuse'; readonly refusal: ClaimRefusal; readonly retryInMs: number | null };

const refuse = (refusal: ClaimRefusal, retryInMs: number | null = null): ClaimVerdict => ({
  verdict: 'refuse',
  refusal,
  retryInMs,
});

/** How long an agent should leave a job alone that waits for people or for another baseline. */
const PAUSED_RETRY_MS = 60_000;
const BASELINE_RETRY_MS = 5_000;

export function claimVerdict(job: Job, facts: ClaimFacts): ClaimVerdict {
  switch (job.state) {
    case 'finished':
    case 'dead':
    case 'cancelled':
      return refuse(job.state);
    case 'claimed':
      return job.speaker === facts.agentId && facts.isOfThisLife && !job.cancelRequested
        ? { verdict: 'grant again', job }
        : refuse('claimed');
    case 'queued': {
      const refusal = refusalOfAgent(facts) ?? refusalOfCampaign(facts);
      if (refusal !== null) return refusal;
      const claimable = asClaimable(job, facts.nowMs);
      if (claimable === null) return refuse('not_yet', Math.ceil(job.notBeforeMs - facts.nowMs));
      return { verdict: 'grant', job: claimable };
    }
  }
}

function refusalOfAgent(facts: ClaimFacts): ClaimVerdict | null {
  if (facts.adminState !== 'active') return refuse('draining');
  if (!facts.mayServe) return refuse('mismatch');
  return facts.isBusy ? refuse('busy') : null;
}

function refusalOfCampaign(facts: ClaimFacts): ClaimVerdict | null {
  if (facts.campaignState === 'cancelled') return refuse('cancelled');
  if (facts.campaignState === 'paused') return refuse('not_yet', PAUSED_RETRY_MS);
  return facts.lacksBaseline ? refuse('not_yet', BASELINE_RETRY_MS) : null;
}
