// The pure machine driven by drawn steps: the model that the SQL is held against.
import {
  agentId,
  asClaimable,
  asExpired,
  asSpokenBy,
  type ClaimedJob,
  type Job,
  type QueuedJob,
} from '../../shared/inspection/job-state.ts';
import type { RetryPolicy } from '../../shared/inspection/retry-policy.ts';
import { cancel } from '../../shared/inspection/transitions/cancel.ts';
import { claim } from '../../shared/inspection/transitions/claim.ts';
import { expire } from '../../shared/inspection/transitions/expire.ts';
import { finish } from '../../shared/inspection/transitions/finish.ts';
import { renew } from '../../shared/inspection/transitions/renew.ts';
import { requeue } from '../../shared/inspection/transitions/requeue.ts';
import type { JobStep } from './job-walk.ts';

export interface PureJob {
  readonly job: Job;
  readonly nowMs: number;
}

export interface StepResult {
  readonly after: PureJob;
  /** The arrow that was taken; null when the step was refused or only time went by. */
  readonly arrow: string | null;
}

export const agentName = (index: number): ReturnType<typeof agentId> => agentId(`agent-${index}`);

const isOpen = (job: Job): job is QueuedJob | ClaimedJob => job.state === 'queued' || job.state === 'claimed';

const LEASE_MS = 90_000;
/** In the middle of the jitter, so that the model is one value. */
const RANDOM = 0.5;

export function takeStep({ job, nowMs }: PureJob, step: JobStep, policy: RetryPolicy): StepResult {
  const refused: StepResult = { after: { job, nowMs }, arrow: null };
  const taken = (arrow: string, next: Job): StepResult => ({ after: { job: next, nowMs }, arrow });
  switch (step.kind) {
    case 'wait':
      return { after: { job, nowMs: nowMs + step.ms }, arrow: null };
    case 'claim': {
      const next = claimBy(job, step.agent, nowMs);
      return next === null ? refused : taken('claim', next);
    }
    case 'renew': {
      const next = renewBy({ job, nowMs }, step);
      return next === null ? refused : taken('renew', next);
    }
    case 'reap': {
      const next = reap(job, nowMs, policy);
      return next === null ? refused : taken('expire', next);
    }
    case 'cancel':
      return isOpen(job) ? taken('cancel', cancel(job)) : refused;
    case 'end':
      return end({ job, nowMs }, step, policy) ?? refused;
  }
}

function claimBy(job: Job, agent: number, nowMs: number): Job | null {
  const claimable = job.state === 'queued' ? asClaimable(job, nowMs) : null;
  return claimable && claim(claimable, { agentId: agentName(agent), nowMs, leaseMs: LEASE_MS });
}

function renewBy({ job, nowMs }: PureJob, step: Extract<JobStep, { kind: 'renew' }>): Job | null {
  const spoken = asSpokenBy(job, agentName(step.agent), job.epoch - step.epochsAgo);
  if (spoken?.state !== 'claimed') return null;
  return renew(spoken, { nowMs, leaseMs: LEASE_MS, quietForMs: step.quietForMs });
}

function reap(job: Job, nowMs: number, policy: RetryPolicy): Job | null {
  const expired = job.state === 'claimed' ? asExpired(job, nowMs) : null;
  return expired && expire(expired, { nowMs, policy, random: RANDOM });
}

function end(
  { job, nowMs }: PureJob,
  step: Extract<JobStep, { kind: 'end' }>,
  policy: RetryPolicy,
): StepResult | null {
  const spoken = asSpokenBy(job, agentName(step.agent), job.epoch - step.epochsAgo);
  if (spoken === null) return null;
  if (step.isDone) return { after: { job: finish(spoken), nowMs }, arrow: 'finish' };
  const counted = { infra: step.infra, rejection: step.rejection };
  const next = requeue(spoken, { counted, nowMs, policy, random: RANDOM });
  return { after: { job: next, nowMs }, arrow: 'requeue' };
}
