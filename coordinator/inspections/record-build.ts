// A stack was built, or not. What the stack broke is decided at once: its inspection when it is a candidate, and the
// lane's baseline when that one does not build there.
import { decideAtOnce, type ReportedFailure } from '../../shared/inspection/decide.ts';
import type { BuildMessage } from '../../shared/protocol/trial-messages.ts';
import { run, type Queryable, type Statement } from '../store/sql-file.ts';
import type { TransactionClient } from '../store/transaction-client.ts';
import { decideInspections, keptFailure, readPending, type PendingRow } from './decide.ts';
import type { JobRow } from './job-row.ts';
import { markBaseline, rejectBaseline } from './judge-baseline.ts';
import { readClaim } from './read-claim.ts';

/** The caller holds the job's lock. False when the message (`stored`) had been stored before: then nothing else is done. */
export async function recordBuild(
  client: TransactionClient,
  { row, stored }: { readonly row: JobRow; readonly stored: Statement },
  { stackId, failure }: BuildMessage,
): Promise<boolean> {
  if (failure === null) {
    // What could be built is decided by what it measures.
    const [{ count }] = await client.commitWith([stored]);
    return count === 1;
  }
  if ((await run(client, stored)).count === 0) return false;
  await decideFailure(client, row, { stackId, benchmark: null, failure });
  return true;
}

async function decideFailure(client: Queryable, row: JobRow, report: ReportedFailure): Promise<void> {
  const { stackId, failure } = report;
  const decision = decideAtOnce(report);
  const by = { jobId: row.id, epoch: row.epoch };
  const pending = await readPending(client, row.id);
  for (const inspection of pending.filter((candidate) => candidate.stack_id === stackId)) {
    if (decision === null) {
      await run(client, keptFailure(inspection.id, failure));
    } else {
      await decideInspections(client, [{ inspectionId: inspection.id, decision }], by);
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
