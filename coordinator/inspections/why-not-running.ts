// Why an inspection is not being worked on, in sentences for people.
import { explainQueue } from '../campaign/explain-queue.ts';
import { queryOne, sqlFile, type Queryable } from '../store/sql-file.ts';
import { findInspection, type InspectionRow } from './show-inspection.ts';

interface WhyRow {
  readonly campaign_state: string;
  readonly campaign_name: string;
  readonly job_state: string | null;
  readonly last_offer_at: Date | null;
  readonly infra_attempts: number | null;
  readonly rejections: number | null;
  readonly waits_ms: number | null;
  readonly holder: string | null;
  readonly has_baseline: boolean;
}

const readWhySql = sqlFile<WhyRow>(import.meta.url, 'read-why-facts.sql');

/** At least one sentence. Throws TROOP-1307. */
export async function whyNotRunning(client: Queryable, inspectionId: string): Promise<readonly string[]> {
  const inspection = await findInspection(client, inspectionId);
  const row = await queryOne(client, readWhySql, [inspectionId]);
  if (inspection.outcome !== null || row === null) return [decided(inspection)];
  const ofQueue = await explainQueue(client, inspection);
  return whySentences(row, inspection, ofQueue);
}

function decided({ outcome, message }: InspectionRow): string {
  return `It is decided: ${outcome ?? 'unknown'}${message === null ? '' : ` (${message})`}.`;
}

/** Pure; `ofQueue` says why nobody could take it, and is empty when somebody could. */
export function whySentences(
  row: WhyRow,
  inspection: Pick<InspectionRow, 'role' | 'last_failure' | 'lane'>,
  ofQueue: readonly string[],
): readonly string[] {
  if (row.holder !== null) return [`It is running on ${row.holder}.`];
  const sentences: string[] = [];
  if (row.campaign_state === 'paused') sentences.push(`Campaign ${row.campaign_name} is paused.`);
  if (row.job_state === null) sentences.push(withoutJob(inspection));
  if (!row.has_baseline) sentences.push(`Lane ${inspection.lane} waits for its next baseline.`);
  sentences.push(...attempts(row, inspection));
  if (row.waits_ms !== null && row.waits_ms > 0) {
    sentences.push(`It is not to be tried again for another ${Math.ceil(row.waits_ms / 1000)} s.`);
  }
  sentences.push(...ofQueue);
  if (sentences.length > 0) return sentences;
  return row.last_offer_at === null
    ? ['It waits for its turn: the window of offers is full.']
    : [`It is on offer since ${row.last_offer_at.toISOString()}, and a machine should take it soon.`];
}

function withoutJob({ role }: Pick<InspectionRow, 'role'>): string {
  return role === 'baseline'
    ? 'The baseline is decided by the first trial that measures against it.'
    : 'It has no job.';
}

function attempts(row: WhyRow, { last_failure: failure }: Pick<InspectionRow, 'last_failure'>): string[] {
  const count = (row.infra_attempts ?? 0) + (row.rejections ?? 0);
  if (count === 0) return [];
  const told = failure === null ? 'the machine was lost or stopped' : failure.message;
  return [`It was tried ${count} times; last time: ${told}.`];
}
