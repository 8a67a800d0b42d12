// The end of a trial closes its job: what was measured or broken is decided, numbers are computed from the blocks of
// this epoch, and the job is finished, or queued again less what is decided.
import { closeTrial, type TrialClosing, type TrialEnd } from '../../shared/inspection/close-trial.ts';
import type { ReportedFailure } from '../../shared/inspection/decide.ts';
import type { SpokenJob } from '../../shared/inspection/job-state.ts';
import { finish } from '../../shared/inspection/transitions/finish.ts';
import { requeue } from '../../shared/inspection/transitions/requeue.ts';
import type { RetryPolicy } from '../../shared/inspection/retry-policy.ts';
import { benchmarkKey, type BenchmarkSpec } from '../../shared/measurement/benchmark.ts';
import type { BlockRecord } from '../../shared/measurement/block.ts';
import { countedPairs } from '../../shared/measurement/estimate.ts';
import type { BlockMessage, BuildMessage, EndMessage } from '../../shared/protocol/trial-messages.ts';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { queryOne, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';
import { storeNumbers } from './compute-comparisons.ts';
import { decideInspection, keepFailure, readPending, type PendingRow } from './decide.ts';
import type { LockedJob } from './job-row.ts';
import { judgeBaseline, markBaseline } from './judge-baseline.ts';
import { readClaim, type ClaimRow } from './read-claim.ts';
import { settleJob } from './settle-job.ts';

export interface EndDependencies {
  readonly policy: RetryPolicy;
  readonly random: () => number;
}

type SpokenLock = LockedJob & { readonly spoken: SpokenJob };

const countSql = sqlFile<{ builds: number; blocks: number }>(import.meta.url, 'count-trial-messages.sql');
const readBodiesSql = sqlFile<{ body: unknown }>(import.meta.url, 'read-trial-bodies.sql');

/** The caller holds the job's lock and has stored the message. Throws TROOP-1310 when messages are still on their way. */
export async function recordEnd(
  client: Queryable,
  { policy, random }: EndDependencies,
  { row, spoken, nowMs }: SpokenLock,
  message: EndMessage,
): Promise<void> {
  await refuseToOvertake(client, message);
  const claim = await readClaim(client, row);
  const pending = await readPending(client, row.id);
  const blocks = (await readBodies<BlockMessage>(client, message, 'block')).map(({ block }) => block);
  const builds = await readBodies<BuildMessage>(client, message, 'build');
  const end = trialEnd({ message, claim, pending, blocks, builds });
  const closing = closeTrial(end, spoken.attempts, policy);
  await applyClosing(client, { row, claim, pending, closing });
  await storeNumbers(client, {
    row,
    blocks,
    benchmarks: end.benchmarks,
    baselineStackId: claim.baseline_stack_id,
    decided: pending.filter(({ id }) => closing.decided.has(id)),
  });
  const next =
    closing.pending.size === 0
      ? finish(spoken, closing.counted)
      : requeue(spoken, { counted: closing.counted, nowMs, policy, random: random() });
  await settleJob(client, next, { ending: message.ending, reason: message.reason });
}

async function refuseToOvertake(client: Queryable, message: EndMessage): Promise<void> {
  if (message.sent === undefined) return;
  const here = await queryOne(client, countSql, [message.jobId, message.epoch]);
  const missing =
    Math.max(0, message.sent.builds - (here?.builds ?? 0)) +
    Math.max(0, message.sent.blocks - (here?.blocks ?? 0));
  if (missing > 0) throw new TroopError('TROOP-1310', { job: message.jobId, missing });
}

/** Bodies were checked by their schemas before they were stored. */
async function readBodies<Body>(
  client: Queryable,
  message: EndMessage,
  kind: 'build' | 'block',
): Promise<Body[]> {
  const rows = await queryRows(client, readBodiesSql, [message.jobId, message.epoch, kind]);
  return rows.map(({ body }) => body as Body);
}

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

async function applyClosing(
  client: Queryable,
  applied: {
    row: LockedJob['row'];
    claim: ClaimRow;
    pending: readonly PendingRow[];
    closing: TrialClosing;
  },
): Promise<void> {
  const { row, claim, pending, closing } = applied;
  const by = { jobId: row.id, epoch: row.epoch };
  for (const { id, role, stack_id: stackId } of pending) {
    const decision = closing.decided.get(id);
    const failure = closing.pending.get(id);
    if (decision !== undefined) {
      await decideInspection(client, id, decision, by);
      const state = decision.outcome === 'succeeded' ? 'proved' : 'rejected';
      if (role === 'baseline') await markBaseline(client, row, stackId, state);
    } else if (failure) {
      await keepFailure(client, id, failure);
    }
  }
  if (claim.baseline_stack_id !== null) {
    await judgeBaseline(client, row, claim.baseline_stack_id, closing.baseline);
  }
}
