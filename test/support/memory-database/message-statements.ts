// What trials report, and what that decides.
import type { Failure } from '../../../shared/inspection/failure.ts';
import { changed, json, NOTHING, number, rows, text, type Statement } from './statement.ts';
import { inOrder, keyOf, rowsWhere, type InspectionRecord, type Tables } from './tables.ts';

const pendingOf = ({ inspections }: Tables, jobId: unknown): InspectionRecord[] =>
  rowsWhere(inspections, (one) => one.job_id === jobId && one.outcome === null);

/** In the order in which a trial takes them. */
export const pendingLocks = (tables: Tables, jobId: unknown) =>
  pendingOf(tables, jobId)
    .toSorted(
      inOrder(
        ({ position }) => position,
        ({ id }) => id,
      ),
    )
    .map(({ role, lock_digest: digest }) => ({ role, lock: tables.locks.get(digest) }));

interface DecisionRow {
  readonly id: string;
  readonly failure: { readonly outcome?: string; readonly code?: string };
}

interface NumberRow {
  readonly inspection_id: string;
  readonly benchmark: string;
  readonly metric: string;
}

export const messageStatements: Readonly<Record<string, Statement>> = {
  'find-trial-message': ({ messages }, [id, agentId]) =>
    messages.get(text(id))?.agent_id === agentId ? rows({ found: true }) : NOTHING,
  'insert-trial-message': (tables, [id, jobId, epoch, kind, n, agentId, , body]) => {
    const job = tables.jobs.get(text(jobId));
    const isOpen = job?.state === 'queued' || job?.state === 'claimed';
    if (!isOpen || job.epoch !== epoch || job.agent_id !== agentId) return changed(0);
    if (tables.messages.has(text(id))) return changed(0);
    tables.insert(tables.messages, text(id), {
      id: text(id),
      job_id: text(jobId),
      epoch: number(epoch),
      kind: text(kind),
      n: number(n),
      agent_id: text(agentId),
      body: text(body),
    });
    return changed(1);
  },
  'insert-stale-message': (tables, [id, agentId, jobId, epoch, kind, reason]) => {
    const key = keyOf(text(id), text(agentId));
    if (tables.stale.has(key)) return changed(0);
    tables.insert(tables.stale, key, {
      id: text(id),
      agent_id: text(agentId),
      job_id: text(jobId),
      epoch: number(epoch),
      kind: text(kind),
      reason: text(reason),
    });
    return changed(1);
  },
  'read-trial-messages': ({ messages, stale }, [jobId, epoch]) => {
    const isOfTrial = (one: { job_id: string; epoch: number; kind: string }): boolean =>
      one.job_id === jobId && one.epoch === epoch && (one.kind === 'build' || one.kind === 'block');
    const unstorable = rowsWhere(stale, (one) => isOfTrial(one) && one.reason === 'unstorable');
    const come = [
      ...rowsWhere(messages, isOfTrial).map(({ kind, n, body }) => ({ kind, n, body: json(body) })),
      ...unstorable.map(({ kind }) => ({ kind, n: 0, body: null })),
    ];
    const inTurn = come.toSorted(
      inOrder(
        ({ kind }) => kind,
        ({ n }) => n,
      ),
    );
    return rows(...inTurn.map(({ kind, body }) => ({ kind, body })));
  },
  'find-holder': ({ claims }, [jobId, epoch, agentId]) =>
    claims.get(keyOf(text(jobId), number(epoch)))?.agent_id === agentId ? rows({ found: true }) : NOTHING,
  'insert-log-part': (tables, [jobId, epoch, stackId, phase, part]) => {
    const key = keyOf(text(jobId), number(epoch), text(stackId), text(phase), number(part));
    if (tables.logParts.has(key)) return changed(0);
    tables.insert(tables.logParts, key, true);
    return changed(1);
  },
  'read-pending-inspections': (tables, [jobId]) =>
    rows(
      ...pendingOf(tables, jobId).toSorted(
        // Candidates before baselines.
        inOrder(
          ({ role }) => (role === 'candidate' ? 0 : 1),
          ({ position }) => position,
          ({ id }) => id,
        ),
      ),
    ),
  'read-pending-locks': (tables, [jobId]) => rows(...pendingLocks(tables, jobId)),
  'decide-inspections': (tables, [decisions, jobId, epoch]) => {
    let count = 0;
    for (const { id, failure } of json<DecisionRow[]>(decisions)) {
      const inspection = tables.inspections.get(id);
      if (inspection === undefined || inspection.outcome !== null) continue;
      const outcome = failure.outcome ?? 'succeeded';
      tables.change(inspection, {
        outcome,
        code: failure.code ?? null,
        decided_by_job_id: jobId as string | null,
        decided_epoch: epoch as number | null,
        last_failure: null,
      });
      tables.noteDecision({ inspectionId: inspection.id, outcome });
      count += 1;
    }
    return changed(count);
  },
  'keep-last-failure': (tables, [id, failure]) => {
    const inspection = tables.inspections.get(text(id));
    if (inspection === undefined || inspection.outcome !== null) return changed(0);
    tables.change(inspection, { last_failure: json<Failure>(failure) });
    return changed(1);
  },
  'insert-measurements': (tables, [jobId, epoch, measured]) => {
    for (const { inspection_id: id, benchmark, metric } of json<NumberRow[]>(measured)) {
      const key = keyOf(id, text(jobId), number(epoch), benchmark, metric);
      if (!tables.measurements.has(key)) tables.insert(tables.measurements, key, true);
    }
    return NOTHING;
  },
  'insert-comparisons': (tables, [jobId, epoch, , , compared]) => {
    for (const { inspection_id: id, benchmark, metric } of json<NumberRow[]>(compared)) {
      const key = keyOf(id, benchmark, metric);
      if (tables.comparisons.has(key)) continue;
      const row = { inspection_id: id, job_id: text(jobId), epoch: number(epoch) };
      tables.insert(tables.comparisons, key, row);
    }
    return NOTHING;
  },
};
