// What a trial found out about the baseline of its lane, written down: proved and frozen by the first good trial,
// rejected when it does not build or run there. Who becomes the next one is decided in campaign/baseline.ts.
import type { BaselineVerdict } from '../../shared/inspection/close-trial.ts';
import type { Decision, ReportedFailure } from '../../shared/inspection/decide.ts';
import { execute, queryOne, sqlFile, type Queryable } from '../store/sql-file.ts';
import { storableText } from '../store/storable.ts';
import { decideInspections } from './decide.ts';
import type { JobRow } from './job-row.ts';

const markSql = sqlFile<{ rank: number }>(import.meta.url, 'mark-baseline.sql');
const findInspectionSql = sqlFile<{ id: string }>(import.meta.url, 'find-baseline-inspection.sql');
const addNoteSql = sqlFile(import.meta.url, 'add-note.sql');

/** Says something about a campaign to its people, once for each key. */
export async function addNote(
  client: Queryable,
  campaignId: string,
  key: string,
  text: string,
): Promise<void> {
  await execute(client, addNoteSql, [campaignId, key, storableText(text).slice(0, 4000)]);
}

/** Writes the verdict of a trial about the baseline with this stack id. */
export async function judgeBaseline(
  client: Queryable,
  row: JobRow,
  stackId: string,
  verdict: BaselineVerdict,
): Promise<void> {
  switch (verdict.verdict) {
    case 'nothing new':
      return;
    case 'proved':
      await markBaseline(client, row, stackId, 'proved');
      await decideBaseline(client, row, stackId, { outcome: 'succeeded' });
      return;
    case 'rejected':
      await rejectBaseline(client, row, stackId, verdict.report);
      return;
    case 'failed':
      await decideBaseline(client, row, stackId, failed(verdict.report));
  }
}

/** The baseline does not build or run on the lane of the job; no effect on one that is proved. */
export async function rejectBaseline(
  client: Queryable,
  row: JobRow,
  stackId: string,
  report: ReportedFailure,
): Promise<void> {
  const rank = await markBaseline(client, row, stackId, 'rejected');
  if (rank === null) return;
  await decideBaseline(client, row, stackId, failed(report));
  const place = `lane ${row.lane} (${row.target})`;
  const text = `Baseline ${rank + 1} does not work on ${place}, so the next one is taken: ${report.failure.message}`;
  await addNote(client, row.campaign_id, `baseline-rejected/${row.environment_id}/${row.lane}/${rank}`, text);
}

/** Null when it was not merely proposed. */
export async function markBaseline(
  client: Queryable,
  row: JobRow,
  stackId: string,
  state: 'proved' | 'rejected',
): Promise<number | null> {
  const marked = await queryOne(client, markSql, [row.environment_id, row.lane, stackId, state]);
  return marked?.rank ?? null;
}

const failed = ({ failure, benchmark }: ReportedFailure): Decision => ({
  outcome: 'failed',
  failure,
  benchmark,
});

async function decideBaseline(
  client: Queryable,
  row: JobRow,
  stackId: string,
  decision: Decision,
): Promise<void> {
  const found = await queryOne(client, findInspectionSql, [row.environment_id, row.lane, stackId]);
  if (found === null) return;
  const by = { jobId: row.id, epoch: row.epoch };
  await decideInspections(client, [{ inspectionId: found.id, decision }], by);
}
