// A stack was built, or not. What the stack broke is decided at once: its inspection when it is a candidate, and the
// lane's baseline when that one does not build there.
import { decideAtOnce } from '../../shared/inspection/decide.ts';
import type { BuildMessage } from '../../shared/protocol/trial-messages.ts';
import type { Queryable } from '../store/sql-file.ts';
import { decideInspection, keepFailure, readPending, type PendingRow } from './decide.ts';
import type { JobRow } from './job-row.ts';
import { markBaseline, rejectBaseline } from './judge-baseline.ts';
import { readClaim } from './read-claim.ts';

/** The caller holds the job's lock and has stored the message. */
export async function recordBuild(
  client: Queryable,
  row: JobRow,
  { stackId, failure }: BuildMessage,
): Promise<void> {
  if (failure === null) return;
  const report = { stackId, benchmark: null, failure };
  const decision = decideAtOnce(report);
  const pending = await readPending(client, row.id);
  for (const inspection of pending.filter((candidate) => candidate.stack_id === stackId)) {
    if (decision === null) {
      await keepFailure(client, inspection.id, failure);
    } else {
      await decideInspection(client, inspection.id, decision, { jobId: row.id, epoch: row.epoch });
      if (isAlone(inspection)) await markBaseline(client, row, stackId, 'rejected');
    }
  }
  const claim = await readClaim(client, row);
  const isOfBaseline = claim.baseline_stack_id === stackId;
  if (isOfBaseline && decision !== null && failure.cause !== 'script') {
    await rejectBaseline(client, row, stackId, report);
  }
}

/** A baseline that is inspected alone is what the trial is about, not what it is measured against. */
const isAlone = (inspection: PendingRow): boolean => inspection.role === 'baseline';
