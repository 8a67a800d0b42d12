// What the end of a trial means: which inspections are decided, what it says about the baseline, and what counts as an
// attempt for those that stay pending. Nothing is decided twice: only pending inspections come in.
import {
  brokenOff,
  decideAtOnce,
  isRejectedForGood,
  noBlockCounted,
  weightiest,
  type Decision,
  type ReportedFailure,
} from './decide.ts';
import { isDecisive, isRejection, type Failure } from './failure.ts';
import type { Attempts } from './job-state.ts';
import { addAttempts, type CountedAttempts, type RetryPolicy } from './retry-policy.ts';

export interface PendingInspection {
  readonly inspectionId: string;
  readonly stackId: string;
  readonly lastFailure: Failure | null;
}

export interface TrialBaseline {
  readonly stackId: string;
  /** It was measured well before, so that it is frozen: what breaks now is the machine. */
  readonly isProved: boolean;
  /** Another trial has found meanwhile that it does not work on the lane: nothing was measured against it that counts. */
  readonly isRejected: boolean;
}

export interface TrialEnd {
  readonly ending: 'completed' | 'aborted';
  /** Of an aborted trial. */
  readonly reason: string | null;
  readonly failures: readonly ReportedFailure[];
  readonly pending: readonly PendingInspection[];
  /** Null in a trial without one. */
  readonly baseline: TrialBaseline | null;
  /** Keys. */
  readonly benchmarks: readonly string[];
  /** In how many blocks that count a candidate was measured with a benchmark. */
  readonly countedBlocks: (stackId: string, benchmark: string) => number;
}

/** `rejected`: the next stack becomes the baseline. `failed`: with a script that nobody can run; it stays. */
export type BaselineVerdict =
  | { readonly verdict: 'proved' }
  | { readonly verdict: 'rejected' | 'failed'; readonly report: ReportedFailure }
  | { readonly verdict: 'nothing new' };

export interface TrialClosing {
  readonly decided: ReadonlyMap<string, Decision>;
  /** Pending inspections with what went wrong last. */
  readonly pending: ReadonlyMap<string, Failure | null>;
  readonly baseline: BaselineVerdict;
  readonly counted: CountedAttempts;
}

/** Reasons to abort that are nobody's failure: such an end counts as no attempt. */
export const UNCOUNTED_ABORTS: readonly string[] = ['shutdown', 'drained', 'cancelled'];

type Judgement =
  | { readonly decision: Decision }
  | { readonly failure: Failure | null; readonly counts: 'infra' | 'rejection' | 'nothing' };

export function closeTrial(end: TrialEnd, attempts: Attempts, policy: RetryPolicy): TrialClosing {
  const baseline = judgeBaseline(end);
  const judged = end.pending.map((inspection) => ({
    inspection,
    judgement: judgeCandidate(inspection, end, baseline),
  }));
  const counts = judged.map(({ judgement }) => ('counts' in judgement ? judgement.counts : 'nothing'));
  const counted = { infra: counts.includes('infra'), rejection: counts.includes('rejection') };
  const attemptsNow = addAttempts(attempts, counted);
  const decided = new Map<string, Decision>();
  const pending = new Map<string, Failure | null>();
  for (const { inspection, judgement } of judged) {
    if ('decision' in judgement) {
      decided.set(inspection.inspectionId, judgement.decision);
    } else if (judgement.failure !== null && isRejectedForGood(judgement.failure, attemptsNow, policy)) {
      const { failure } = judgement;
      decided.set(inspection.inspectionId, { outcome: 'failed', failure, benchmark: null });
    } else {
      pending.set(inspection.inspectionId, judgement.failure);
    }
  }
  return { decided, pending, baseline, counted };
}

function judgeBaseline(end: TrialEnd): BaselineVerdict {
  const { baseline } = end;
  if (baseline === null) return { verdict: 'nothing new' };
  const report = weightiest(end.failures.filter(({ stackId }) => stackId === baseline.stackId));
  if (report !== null) {
    if (!isDecisive(report.failure) || baseline.isProved) return { verdict: 'nothing new' };
    return { verdict: report.failure.cause === 'script' ? 'failed' : 'rejected', report };
  }
  const wasMeasured = end.pending.some(({ stackId }) =>
    end.benchmarks.every((benchmark) => end.countedBlocks(stackId, benchmark) > 0),
  );
  const isGood = end.ending === 'completed' && wasMeasured && !baseline.isProved && !baseline.isRejected;
  return { verdict: isGood ? 'proved' : 'nothing new' };
}

function judgeCandidate(
  { stackId, lastFailure }: PendingInspection,
  end: TrialEnd,
  baseline: BaselineVerdict,
): Judgement {
  const own = weightiest(end.failures.filter((report) => report.stackId === stackId));
  if (own !== null) {
    const decision = decideAtOnce(own);
    return decision === null ? spoiled(own.failure) : { decision };
  }
  const ofBaseline =
    end.baseline && weightiest(end.failures.filter((report) => report.stackId === end.baseline?.stackId));
  if (ofBaseline) return judgeWithoutBaseline(ofBaseline, baseline);
  if (end.ending === 'aborted') {
    if (end.reason !== null && UNCOUNTED_ABORTS.includes(end.reason)) {
      return { failure: lastFailure, counts: 'nothing' };
    }
    return { failure: brokenOff(end.reason ?? 'no reason was given'), counts: 'infra' };
  }
  if (end.baseline?.isRejected) return { failure: null, counts: 'nothing' };
  const missing = end.benchmarks.find((benchmark) => end.countedBlocks(stackId, benchmark) === 0);
  return missing === undefined ? { decision: { outcome: 'succeeded' } } : spoiled(noBlockCounted(missing));
}

/** Candidates of a broken baseline wait for the next one, or share its failure when the script breaks everybody. */
function judgeWithoutBaseline(report: ReportedFailure, baseline: BaselineVerdict): Judgement {
  if (baseline.verdict === 'rejected') return { failure: null, counts: 'nothing' };
  if (report.failure.cause === 'script') {
    return { decision: { outcome: 'failed', failure: report.failure, benchmark: report.benchmark } };
  }
  // A baseline that is proved elsewhere and breaks here: it is this machine.
  return spoiled({ ...report.failure, cause: 'fleet' });
}

const spoiled = (failure: Failure): Judgement => ({
  failure,
  counts: isRejection(failure) ? 'rejection' : 'infra',
});
