// Campaigns: made, sampled, paused, cancelled, finished.
import type { CampaignDefinition } from '../../../coordinator/campaign/definition.ts';
import type { JsonValue } from '../../../coordinator/campaign/stack-stream.ts';
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import type { LockedStack } from '../../../shared/stack/stack.ts';
import { changed, json, NOTHING, number, rows, text, type Statement } from './statement.ts';
import { hasRow, inOrder, keyOf, rowsWhere, type CampaignRow, type Tables } from './tables.ts';

const isOpen = ({ state }: { state: string }): boolean => state === 'queued' || state === 'claimed';

interface PlannedRow {
  readonly id: string;
  readonly lane: string;
  readonly role: 'baseline' | 'candidate';
  readonly position: number;
  readonly stack_id: string;
  readonly lock_digest: string;
  readonly job_id: string | null;
}

function insertInspections(tables: Tables, environmentId: string, planned: readonly PlannedRow[]): number {
  const campaignId = tables.environments.get(environmentId)?.campaign_id ?? '';
  let count = 0;
  for (const row of planned) {
    const isKnown = hasRow(
      tables.inspections,
      (one) =>
        one.environment_id === environmentId &&
        one.lane === row.lane &&
        one.role === row.role &&
        one.stack_id === row.stack_id,
    );
    if (isKnown) continue;
    count += 1;
    tables.insert(tables.inspections, row.id, {
      id: row.id,
      campaign_id: campaignId,
      environment_id: environmentId,
      lane: row.lane,
      role: row.role,
      position: row.position,
      stack_id: row.stack_id,
      lock_digest: row.lock_digest,
      job_id: row.job_id,
      outcome: null,
      code: null,
      decided_by_job_id: null,
      decided_epoch: null,
      last_failure: null,
    });
  }
  return count;
}

function cancelInspections(tables: Tables, campaignId: string, code: string, sparesBaselines: boolean): void {
  const isHeld = (jobId: string | null): boolean =>
    jobId !== null && tables.jobs.get(jobId)?.state === 'claimed';
  for (const one of tables.inspections.values()) {
    if (one.campaign_id !== campaignId || one.outcome !== null || isHeld(one.job_id)) continue;
    const mayBeProved =
      one.role === 'baseline' &&
      hasRow(
        tables.jobs,
        (job) =>
          job.environment_id === one.environment_id && job.lane === one.lane && job.state === 'claimed',
      );
    if (sparesBaselines && mayBeProved) continue;
    tables.change(one, { outcome: 'cancelled', code, last_failure: null });
    tables.noteDecision({ inspectionId: one.id, outcome: 'cancelled' });
  }
}

const isFinished = (tables: Tables, { id }: CampaignRow): boolean =>
  !hasRow(tables.environments, (one) => one.campaign_id === id && !one.dry && one.sampled < one.planned) &&
  !hasRow(tables.inspections, (one) => one.campaign_id === id && one.outcome === null) &&
  !hasRow(tables.jobs, (job) => job.campaign_id === id && isOpen(job));

export const campaignStatements: Readonly<Record<string, Statement>> = {
  'find-campaign-by-name': ({ campaigns }, [name]) =>
    rows(...rowsWhere(campaigns, (one) => one.name === name)),
  'insert-campaign': (tables, [id, name, hash, definition, priority, snapshot], nowMs) => {
    if (hasRow(tables.campaigns, (one) => one.name === name)) return changed(0);
    tables.insert(tables.campaigns, text(id), {
      id: text(id),
      name: text(name),
      content_hash: text(hash),
      definition: json<CampaignDefinition>(definition),
      state: 'running',
      priority: number(priority) === 0 ? 0 : 1,
      knowledge_snapshot_id: text(snapshot),
      created_at: nowMs,
      lanes: [],
    });
    return changed(1);
  },
  'insert-campaign-lanes': (tables, [id, lanes]) => {
    const campaign = tables.campaigns.get(text(id));
    if (campaign !== undefined) tables.change(campaign, { lanes: lanes as string[] });
    return NOTHING;
  },
  'insert-environment': (tables, [id, campaignId, position, target, environment, planned, cursor]) => {
    tables.insert(tables.environments, text(id), {
      id: text(id),
      campaign_id: text(campaignId),
      position: number(position),
      target: text(target),
      environment: json<TargetEnvironment>(environment),
      planned: number(planned),
      sampled: 0,
      drawn: 0,
      cursor: null,
      dry: false,
      baseline_cursor: json<JsonValue>(cursor),
      baseline_dry: false,
    });
    return changed(1);
  },
  'insert-locks': (tables, [stacks]) => {
    for (const stack of json<LockedStack[]>(stacks)) {
      const { lock_digest: digest } = stack;
      if (!tables.locks.has(digest)) tables.insert(tables.locks, digest, stack);
    }
    return NOTHING;
  },
  'insert-jobs': (tables, [environmentId, jobs], nowMs) => {
    const environment = tables.environments.get(text(environmentId));
    if (environment === undefined) return changed(0);
    for (const { id, lane } of json<{ id: string; lane: string }[]>(jobs)) {
      tables.insert(tables.jobs, id, {
        id,
        campaign_id: environment.campaign_id,
        environment_id: environment.id,
        lane,
        target: environment.target,
        priority: tables.campaigns.get(environment.campaign_id)?.priority ?? 1,
        state: 'queued',
        epoch: 0,
        agent_id: null,
        lease_ends_at: null,
        cancel_requested: false,
        infra_attempts: 0,
        rejections: 0,
        lost_on_agent_id: null,
        not_before: nowMs,
        created_at: nowMs,
        claimed_at: null,
        last_offer_at: null,
        offer_sequence: 0,
        dead_reason: null,
      });
    }
    return NOTHING;
  },
  'insert-inspections': (tables, [environmentId, planned]) =>
    changed(insertInspections(tables, text(environmentId), json(planned))),
  'read-environment-to-sample': (tables, [lane, target, priority, tried]) => {
    const waiting = rowsWhere(tables.environments, (one) => {
      const campaign = tables.campaigns.get(one.campaign_id);
      return (
        campaign?.state === 'running' &&
        campaign.priority === priority &&
        campaign.lanes.includes(text(lane)) &&
        one.target === target &&
        !one.dry &&
        one.sampled < one.planned &&
        !(tried as string[]).includes(one.id)
      );
    });
    const openWork = (campaignId: string): number =>
      rowsWhere(
        tables.jobs,
        (job) => job.campaign_id === campaignId && job.lane === lane && job.target === target && isOpen(job),
      ).length;
    const [first] = waiting.toSorted(
      inOrder(
        (one) => openWork(one.campaign_id),
        (one) => tables.campaigns.get(one.campaign_id)?.created_at ?? 0,
        (one) => one.position,
      ),
    );
    const campaign = first && tables.campaigns.get(first.campaign_id);
    if (first === undefined || campaign === undefined) return NOTHING;
    const { definition, knowledge_snapshot_id: snapshot } = campaign;
    return rows({ ...first, definition, knowledge_snapshot_id: snapshot, waiting: waiting.length });
  },
  'lock-environment': ({ environments, campaigns }, [id]) => {
    const found = environments.get(text(id));
    const state = campaigns.get(found?.campaign_id ?? '')?.state;
    return found === undefined || (state !== 'running' && state !== 'paused')
      ? NOTHING
      : rows({ sampled: found.sampled, drawn: found.drawn, dry: found.dry });
  },
  'find-known-stacks': ({ inspections }, [environmentId, stackIds]) => {
    const known = rowsWhere(
      inspections,
      (one) => one.environment_id === environmentId && (stackIds as string[]).includes(one.stack_id),
    );
    return rows(...[...new Set(known.map((one) => one.stack_id))].map((id) => ({ stack_id: id })));
  },
  // No simulated strategy learns, so none finds anything out.
  'advance-environment': (tables, [id, cursor, count, isDry, drawn]) => {
    const found = tables.environments.get(text(id));
    if (found === undefined) return changed(0);
    tables.change(found, {
      cursor: json<JsonValue>(cursor),
      sampled: found.sampled + number(count),
      dry: isDry === true,
      drawn: number(drawn),
    });
    return changed(1);
  },
  // Nobody adds lanes to a simulated fleet.
  'load-lanes': () => NOTHING,
  // No simulated campaign has a budget.
  'read-spent-budgets': () => NOTHING,
  'read-small-spaces': () => NOTHING,
  'finish-campaigns': (tables) => {
    const over = rowsWhere(tables.campaigns, (one) => one.state === 'running' && isFinished(tables, one));
    for (const campaign of over) tables.change(campaign, { state: 'finished' });
    return rows(...over.map(({ id }) => ({ id })));
  },
  'lock-campaign': ({ campaigns }, [campaign]) =>
    rows(...rowsWhere(campaigns, (one) => one.id === campaign || one.name === campaign)),
  'change-state': (tables, [id, state]) => {
    const found = tables.campaigns.get(text(id));
    if (found === undefined) return changed(0);
    tables.change(found, { state: state as CampaignRow['state'] });
    return changed(1);
  },
  'cancel-queued-jobs': (tables, [campaignId]) => {
    const queued = rowsWhere(tables.jobs, (job) => job.campaign_id === campaignId && job.state === 'queued');
    for (const job of queued) tables.change(job, { state: 'cancelled', last_offer_at: null });
    return changed(queued.length);
  },
  'cancel-jobs': (tables, [campaignId]) => {
    const open = rowsWhere(tables.jobs, (job) => job.campaign_id === campaignId && isOpen(job));
    const held = open.filter(({ state }) => state === 'claimed');
    for (const job of open.filter(({ state }) => state === 'queued')) {
      tables.change(job, { state: 'cancelled', last_offer_at: null });
    }
    for (const job of held) tables.change(job, { cancel_requested: true });
    return rows(...held.map(({ id, agent_id, epoch }) => ({ job_id: id, agent_id, epoch })));
  },
  'cancel-inspections': (tables, [campaignId, code, , , sparesBaselines]) => {
    cancelInspections(tables, text(campaignId), text(code), sparesBaselines === true);
    return NOTHING;
  },
};

export const queueKey = (lane: unknown, target: unknown, priority: unknown): string =>
  keyOf(text(lane), text(target), number(priority));
