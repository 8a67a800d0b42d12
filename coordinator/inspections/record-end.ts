// The end of a trial closes its job: what was measured or broken is decided, numbers are computed from the blocks of
// this epoch, and the job is finished, or queued again less what is decided.
import { closeTrial, type TrialClosing, type TrialEnd } from '../../shared/inspection/close-trial.ts';
import type { ReportedFailure } from '../../shared/inspection/decide.ts';
import type { Job, SpokenJob } from '../../shared/inspection/job-state.ts';
import { finish } from '../../shared/inspection/transitions/finish.ts';
import { requeue } from '../../shared/inspection/transitions/requeue.ts';
import type { RetryPolicy } from '../../shared/inspection/retry-policy.ts';
import { benchmarkKey, type BenchmarkSpec } from '../../shared/measurement/benchmark.ts';
import type { BlockRecord } from '../../shared/measurement/block.ts';
import { countedPairs } from '../../shared/measurement/estimate.ts';
import type { BlockMessage, BuildMessage, EndMessage } from '../../shared/protocol/trial-messages.ts';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { queryRows, run, sqlFile, type Statement } from '../store/sql-file.ts';
import type { TransactionClient } from '../store/transaction-client.ts';
import { storedNumbers } from './compute-comparisons.ts';
import { decided, keptFailure, readPending, type PendingRow } from './decide.ts';
import { savedJob, type HoldEnding, type LockedJob } from './job-row.ts';
import { judgeBaseline, markBaseline } from './judge-baseline.ts';
import { readClaim, type ClaimRow } from './read-claim.ts';
import { leavesNothingPending, settleJob } from './settle-job.ts';

export interface EndDependencies {
  readonly policy: RetryPolicy;
  readonly random: () => number;
}

type SpokenEnd = LockedJob & {
  readonly spoken: SpokenJob;
  /** Stores the message. */
  readonly stored: Statement;
};

interface ComeRow {
  readonly kind: 'build' | 'block';
  /** Null when it came and could not be stored. */
  readonly body: unknown;
}

const readMessagesSql = sqlFile<ComeRow>(import.meta.url, 'read-trial-messages.sql');

/**
 * The caller holds the job's lock. False when the message had been stored before: then nothing else is done. Throws TROOP-1310
 * when messages are still on their way.
 */
export async function recordEnd(
  client: TransactionClient,
  { policy, random }: EndDependencies,
  { row, spoken, nowMs, stored }: SpokenEnd,
  message: EndMessage,
): Promise<boolean> {
  // Sent one after the other without waiting, so the baseline is locked after the job.
  const [{ count }, come, claim, pending] = await Promise.all([
    run(client, stored),
    queryRows(client, readMessagesSql, [message.jobId, message.epoch]),
    readClaim(client, row),
    readPending(client, row.id),
  ]);
  if (count === 0) return false;
  refuseToOvertake(message, come);
  const blocks = bodiesOf<BlockMessage>(come, 'block').map(({ block }) => block);
  const builds = bodiesOf<BuildMessage>(come, 'build');
  const end = trialEnd({ message, claim, pending, blocks, builds });
  const closing = closeTrial(end, spoken.attempts, policy);
  const next =
    closing.pending.size === 0
      ? finish(spoken, closing.counted)
      : requeue(spoken, { counted: closing.counted, nowMs, policy, random: random() });
  const hold = { ending: message.ending, reason: message.reason };
  await writeClosing(client, {
    row,
    claim,
    pending,
    closing,
    blocks,
    benchmarks: end.benchmarks,
    next,
    hold,
  });
  return true;
}

function refuseToOvertake({ jobId, sent }: EndMessage, come: readonly ComeRow[]): void {
  if (sent === undefined) return;
  const missing = (kind: ComeRow['kind'], count: number): number =>
    Math.max(0, count - come.filter((row) => row.kind === kind).length);
  const all = missing('build', sent.builds) + missing('block', sent.blocks);
  if (all > 0) throw new TroopError('TROOP-1310', { job: jobId, missing: all });
}

/** Bodies were checked by their schemas before they were stored. */
const bodiesOf = <Body>(come: readonly ComeRow[], kind: ComeRow['kind']): Body[] =>
  come.filter((row) => row.kind === kind && row.body !== null).map(({ body }) => body as Body);

function trialEnd(seen: {
  message: EndMessage;
  claim: ClaimRow;
  pending: readonly PendingRow[];
  blocks: readonly BlockRecord[];
  builds: readonly BuildMessage[];
}): TrialEnd {
  const { message, claim, pending, blocks, builds } = seen;
  const ofBuilds = builds.flatMap(({ stackId, failure }): ReportedFailure[] =>
    failure === null ? [] : [{ stackId, benchmark: null, failure }],
  );
  return {
    ending: message.ending,
    reason: message.reason,
    failures: [...ofBuilds, ...message.failures],
    pending: pending.map((inspection) => ({
      inspectionId: inspection.id,
      stackId: inspection.stack_id,
      lastFailure: inspection.last_failure,
    })),
    baseline:
      claim.baseline_stack_id === null
        ? null
        : {
            stackId: claim.baseline_stack_id,
            isProved: claim.baseline_state === 'proved',
            isRejected: claim.baseline_state === 'rejected',
          },
    benchmarks: claim.benchmarks.map((spec) => benchmarkKey(spec as BenchmarkSpec)),
    countedBlocks: (candidateStackId, benchmark) =>
      countedPairs(blocks, { benchmark, candidateStackId }).length,
  };
}

interface Closed {
  readonly row: LockedJob['row'];
  readonly claim: ClaimRow;
  readonly pending: readonly PendingRow[];
  readonly closing: TrialClosing;
  readonly blocks: readonly BlockRecord[];
  readonly benchmarks: readonly string[];
  readonly next: Job;
  readonly hold: HoldEnding;
}

/** Mostly all of it is known by now and goes out together with the commit; some of it has to be asked for step by step. */
async function writeClosing(client: TransactionClient, closed: Closed): Promise<void> {
  const { row, claim, closing, next, hold } = closed;
  const decisions = decisionsOf(closed);
  const numbers = numbersOf(closed);
  const verdict = claim.baseline_stack_id === null ? null : closing.baseline;
  const isBaselineJudged = verdict !== null && verdict.verdict !== 'nothing new';
  const marks = marksOf(closed);
  if (!isBaselineJudged && marks.length === 0 && !leavesNothingPending(next)) {
    await client.commitWith([...decisions, ...numbers, savedJob(next, hold)]);
    return;
  }
  for (const statement of decisions) await run(client, statement);
  for (const { stackId, state } of marks) await markBaseline(client, row, stackId, state);
  if (verdict !== null) await judgeBaseline(client, row, claim.baseline_stack_id ?? '', verdict);
  for (const statement of numbers) await run(client, statement);
  await settleJob(client, next, hold);
}

function decisionsOf({ row, pending, closing }: Closed): readonly Statement[] {
  const decisions = [...closing.decided].map(([inspectionId, decision]) => ({ inspectionId, decision }));
  const kept = pending.flatMap(({ id }) => {
    const failure = closing.pending.get(id);
    return failure && !closing.decided.has(id) ? [keptFailure(id, failure)] : [];
  });
  const by = { jobId: row.id, epoch: row.epoch };
  return decisions.length === 0 ? kept : [decided(decisions, by), ...kept];
}

/** Baselines that were inspected alone are proved or rejected by what became of their inspection. */
function marksOf({ pending, closing }: Closed): readonly { stackId: string; state: 'proved' | 'rejected' }[] {
  return pending.flatMap(({ id, role, stack_id: stackId }) => {
    const decision = role === 'baseline' ? closing.decided.get(id) : undefined;
    if (decision === undefined) return [];
    return [{ stackId, state: decision.outcome === 'succeeded' ? 'proved' : 'rejected' }];
  });
}

function numbersOf({ row, claim, pending, closing, blocks, benchmarks }: Closed): readonly Statement[] {
  const { baseline_stack_id: stackId, baseline_inspection_id: inspectionId } = claim;
  return storedNumbers({
    row,
    blocks,
    benchmarks,
    baseline: stackId === null ? null : { stackId, inspectionId },
    decided: pending.filter(({ id }) => closing.decided.has(id)),
  });
}
