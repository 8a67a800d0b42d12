// Baselines: proposed, proved, rejected, replaced, given up.
import type { JsonValue } from '../../../coordinator/campaign/stack-stream.ts';
import { changed, json, NOTHING, number, rows, text, type Statement } from './statement.ts';
import { hasRow, keyOf, rowsWhere, type BaselineRow, type Tables } from './tables.ts';

export const baselineInForce = (
  { baselines }: Tables,
  environmentId: string,
  lane: string,
): BaselineRow | undefined =>
  rowsWhere(
    baselines,
    (one) => one.environment_id === environmentId && one.lane === lane && one.state !== 'rejected',
  )[0];

/** Lanes on which something is still to be measured and no baseline is in force. */
function lanesWithout(tables: Tables): object[] {
  return rowsWhere(tables.environments, () => true).flatMap((environment) => {
    const campaign = tables.campaigns.get(environment.campaign_id);
    if (campaign === undefined || campaign.definition.baseline === 'none') return [];
    if (campaign.state !== 'running' && campaign.state !== 'paused') return [];
    return campaign.lanes.flatMap((lane) => {
      const isWaiting = hasRow(
        tables.inspections,
        (one) =>
          one.environment_id === environment.id &&
          one.lane === lane &&
          one.role === 'candidate' &&
          one.outcome === null,
      );
      if (!isWaiting || baselineInForce(tables, environment.id, lane) !== undefined) return [];
      const tried = rowsWhere(
        tables.baselines,
        (one) => one.environment_id === environment.id && one.lane === lane,
      );
      const { id, baseline_cursor: cursor, ...row } = environment;
      return [{ ...row, ...campaign, environment_id: id, lane, cursor, tried: tried.length }];
    });
  });
}

/** What is pending on the lane and in nobody's hands is decided, and its queued jobs are over. */
function giveUpLane(tables: Tables, environmentId: unknown, lane: unknown, code: string): number {
  const isClaimed = (jobId: string | null): boolean =>
    jobId !== null && tables.jobs.get(jobId)?.state === 'claimed';
  const lost = rowsWhere(
    tables.inspections,
    (one) =>
      one.environment_id === environmentId &&
      one.lane === lane &&
      one.role === 'candidate' &&
      one.outcome === null &&
      !isClaimed(one.job_id),
  );
  for (const inspection of lost) {
    tables.change(inspection, { outcome: 'failed', code, last_failure: null });
    tables.noteDecision({ inspectionId: inspection.id, outcome: 'failed' });
  }
  const queued = rowsWhere(
    tables.jobs,
    (job) => job.environment_id === environmentId && job.lane === lane && job.state === 'queued',
  );
  for (const job of queued) tables.change(job, { state: 'cancelled', last_offer_at: null });
  return lost.length;
}

export const baselineStatements: Readonly<Record<string, Statement>> = {
  'read-claim': ({ claims, jobs, campaigns, baselines, inspections }, [jobId, epoch]) => {
    const claim = claims.get(keyOf(text(jobId), number(epoch)));
    const job = jobs.get(text(jobId));
    if (claim === undefined || job === undefined) return NOTHING;
    const { baseline_rank: rank, baseline_stack_id: stackId } = claim;
    const ofBaseline = rowsWhere(
      inspections,
      (one) =>
        one.environment_id === job.environment_id &&
        one.lane === job.lane &&
        one.role === 'baseline' &&
        one.stack_id === stackId,
    );
    const baseline = rank === null ? undefined : baselines.get(keyOf(job.environment_id, job.lane, rank));
    return rows({
      ...claim,
      baseline_state: baseline?.state ?? null,
      baseline_inspection_id: ofBaseline[0]?.id ?? null,
      benchmarks: campaigns.get(job.campaign_id)?.definition.benchmarks ?? [],
    });
  },
  'mark-baseline': (tables, [environmentId, lane, stackId, state]) => {
    const marked = rowsWhere(
      tables.baselines,
      (one) =>
        one.environment_id === environmentId &&
        one.lane === lane &&
        one.stack_id === stackId &&
        one.state === 'proposed',
    );
    for (const one of marked) tables.change(one, { state: state as BaselineRow['state'] });
    return rows(...marked.map(({ rank }) => ({ rank })));
  },
  'find-baseline-inspection': ({ inspections }, [environmentId, lane, stackId]) =>
    rows(
      ...rowsWhere(
        inspections,
        (one) =>
          one.environment_id === environmentId &&
          one.lane === lane &&
          one.role === 'baseline' &&
          one.stack_id === stackId,
      ),
    ),
  'add-note': (tables, [campaignId, key, note]) => {
    const place = keyOf(text(campaignId), text(key));
    if (tables.notes.has(place)) return changed(0);
    tables.insert(tables.notes, place, text(note));
    return changed(1);
  },
  'read-lanes-without-baseline': (tables) => rows(...lanesWithout(tables).slice(0, 100)),
  'read-baseline-candidate': ({ baselineCandidates, locks }, [environmentId, rank]) => {
    const found = baselineCandidates.get(keyOf(text(environmentId), number(rank)));
    return found === undefined ? NOTHING : rows({ lock: locks.get(found.lock_digest) });
  },
  'insert-baseline-candidate': (tables, [environmentId, rank, , digest]) => {
    const key = keyOf(text(environmentId), number(rank));
    if (tables.baselineCandidates.has(key)) return changed(0);
    tables.insert(tables.baselineCandidates, key, { lock_digest: text(digest) });
    return changed(1);
  },
  'insert-baseline': (tables, [environmentId, lane, rank, stackId, digest]) => {
    const key = keyOf(text(environmentId), text(lane), number(rank));
    const isTaken = baselineInForce(tables, text(environmentId), text(lane)) !== undefined;
    if (isTaken || tables.baselines.has(key)) return changed(0);
    tables.insert(tables.baselines, key, {
      environment_id: text(environmentId),
      lane: text(lane),
      rank: number(rank),
      state: 'proposed',
      stack_id: text(stackId),
      lock_digest: text(digest),
    });
    return changed(1);
  },
  'advance-baselines': (tables, [id, cursor, isDry]) => {
    const environment = tables.environments.get(text(id));
    if (environment === undefined) return changed(0);
    tables.change(environment, { baseline_cursor: json<JsonValue>(cursor), baseline_dry: isDry === true });
    return changed(1);
  },
  'give-up-lane': (tables, [environmentId, lane, code]) =>
    changed(giveUpLane(tables, environmentId, lane, text(code))),
  'read-baselines-to-inspect': (tables) =>
    rows(
      ...rowsWhere(tables.inspections, (one) => one.role === 'baseline' && isToBeInspectedAlone(tables, one))
        .map(({ id, environment_id, lane }) => ({ environment_id, lane, inspection_id: id }))
        .slice(0, 100),
    ),
  'set-inspection-job': (tables, [id, jobId]) => {
    const inspection = tables.inspections.get(text(id));
    if (inspection === undefined || inspection.job_id !== null) return changed(0);
    tables.change(inspection, { job_id: text(jobId) });
    return changed(1);
  },
};

function isToBeInspectedAlone(
  tables: Tables,
  inspection: {
    environment_id: string;
    lane: string;
    stack_id: string;
    outcome: string | null;
    job_id: string | null;
  },
): boolean {
  const { environment_id: environmentId, lane } = inspection;
  const environment = tables.environments.get(environmentId);
  if (environment === undefined || inspection.outcome !== null || inspection.job_id !== null) return false;
  if (tables.campaigns.get(environment.campaign_id)?.state !== 'running') return false;
  if (!environment.dry && environment.sampled < environment.planned) return false;
  const isProposed = hasRow(
    tables.baselines,
    (one) =>
      one.environment_id === environmentId &&
      one.lane === lane &&
      one.stack_id === inspection.stack_id &&
      one.state === 'proposed',
  );
  const isOpen = hasRow(
    tables.jobs,
    (job) =>
      job.environment_id === environmentId &&
      job.lane === lane &&
      (job.state === 'queued' || job.state === 'claimed'),
  );
  return isProposed && !isOpen;
}
