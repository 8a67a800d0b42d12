// The life of a job.
//
// A job is queued when the feeder makes it. One agent claims it, which raises its epoch: from then on only (job, agent,
// epoch) may speak for it. The holder renews its lease until its end message closes the trial: finished when every
// inspection is decided, else queued again. A lease that runs out queues the job too, and until somebody else claims it
// the old holder may still speak, so that two hours of measuring are not thrown away for a lost minute. A holder whose
// process is known to be gone is not waited for: its lease counts as run out. A job on which two different machines were
// lost in a row, or whose attempts are used up, is dead: a person should look at it. Cancelling takes a queued job at
// once; a claimed one is marked, and ends cancelled with its hold.
//
//   nothing ──queue──▶ queued
//   queued ──claim──▶ claimed
//   queued ──finish──▶ finished
//   queued ──requeue──▶ queued
//   queued ──requeue──▶ dead
//   queued ──bury──▶ dead
//   queued ──cancel──▶ cancelled
//   claimed ──renew──▶ claimed
//   claimed ──finish──▶ finished
//   claimed ──requeue──▶ queued
//   claimed ──requeue──▶ dead
//   claimed ──requeue──▶ cancelled
//   claimed ──expire──▶ queued
//   claimed ──expire──▶ dead
//   claimed ──expire──▶ cancelled
//   claimed ──bury──▶ dead
//   claimed ──cancel──▶ claimed
//
// Each arrow is one file in transitions/, which takes exactly the states that it may start from.

import { isOutlived, type AgentLife } from './agent-life.ts';

declare const brand: unique symbol;
type Branded<Value, Name extends string> = Value & { readonly [brand]: Name };

export type JobId = Branded<string, 'JobId'>;
export type AgentId = Branded<string, 'AgentId'>;

export const jobId = (text: string): JobId => text as JobId;
export const agentId = (text: string): AgentId => text as AgentId;

/** How often something that was not the stack's fault ended a hold. */
export interface Attempts {
  /** Lost leases, failures of the fleet. */
  readonly infra: number;
  /** Measurements that did not count. */
  readonly rejections: number;
}

interface AnyJob {
  readonly jobId: JobId;
  /** The fencing token: raised by every claim, never lowered; 0 before the first. */
  readonly epoch: number;
  readonly attempts: Attempts;
}

interface OpenJob extends AnyJob {
  /** The machine on which the last hold was lost; null after a hold that ended in order. */
  readonly lostOn: AgentId | null;
}

export interface QueuedJob extends OpenJob {
  readonly state: 'queued';
  /** Not to be claimed before; milliseconds by the database's clock. */
  readonly notBeforeMs: number;
  /** The last holder, when its lease ran out and nobody has claimed the job since. */
  readonly speaker: AgentId | null;
}

export interface ClaimedJob extends OpenJob {
  readonly state: 'claimed';
  readonly speaker: AgentId;
  readonly leaseEndsAtMs: number;
  readonly cancelRequested: boolean;
}

export interface FinishedJob extends AnyJob {
  readonly state: 'finished';
}

/** `poison`: two different machines were lost in a row. */
export type DeadReason = 'poison' | 'attempts_used_up' | 'too_many_holds';

export interface DeadJob extends AnyJob {
  readonly state: 'dead';
  readonly reason: DeadReason;
}

export interface CancelledJob extends AnyJob {
  readonly state: 'cancelled';
}

export type Job = QueuedJob | ClaimedJob | FinishedJob | DeadJob | CancelledJob;

/** A job for whose epoch some agent may speak. */
export type SpokenJob = ClaimedJob | (QueuedJob & { readonly speaker: AgentId });

export type ClaimableJob = Branded<QueuedJob, 'claimable'>;
export type ExpiredJob = Branded<ClaimedJob, 'expired'>;

/** The job if its waiting time is over, else null. */
export function asClaimable(job: QueuedJob, nowMs: number): ClaimableJob | null {
  return job.notBeforeMs <= nowMs ? (job as ClaimableJob) : null;
}

/** The job if its lease has run out, else null. */
export function asExpired(job: ClaimedJob, nowMs: number): ExpiredJob | null {
  return job.leaseEndsAtMs <= nowMs ? (job as ExpiredJob) : null;
}

/** The job if its holder, who claimed it in one life, speaks in a later one by now; else null. */
export function asOutlived(job: ClaimedJob, claimedIn: AgentLife | null, now: AgentLife): ExpiredJob | null {
  return isOutlived(claimedIn, now) ? (job as ExpiredJob) : null;
}

/** The job if this agent may speak for this epoch, else null. */
export function asSpokenBy(job: Job, speaker: AgentId, epoch: number): SpokenJob | null {
  if (job.epoch !== epoch) return null;
  if (job.state === 'claimed') return job.speaker === speaker ? job : null;
  const isLastHolder = job.state === 'queued' && job.speaker === speaker;
  return isLastHolder ? { ...job, speaker } : null;
}
