// Queues and offers, as the feeder and the reconciler see them.
import { changed, json, NOTHING, number, rows, text, type Statement } from './statement.ts';
import { baselineInForce } from './baseline-statements.ts';
import { queueKey } from './campaign-statements.ts';
import {
  hasRow,
  inOrder,
  rowsWhere,
  type CampaignRow,
  type JobRecord,
  type QueueRecord,
  type Tables,
} from './tables.ts';

const isOpen = ({ state }: JobRecord): boolean => state === 'queued' || state === 'claimed';

function isNeeded(tables: Tables, campaign: CampaignRow, environmentId: string, lane: string): boolean {
  const environment = tables.environments.get(environmentId);
  if (environment === undefined) return false;
  if (!environment.dry && environment.sampled < environment.planned) return true;
  return hasRow(
    tables.jobs,
    (job) =>
      job.campaign_id === campaign.id &&
      job.environment_id === environmentId &&
      job.lane === lane &&
      isOpen(job),
  );
}

function neededQueues(tables: Tables): { lane: string; target: string; priority: 0 | 1 }[] {
  const needed = new Map<string, { lane: string; target: string; priority: 0 | 1 }>();
  for (const { id, campaign_id: campaignId, target } of tables.environments.values()) {
    const campaign = tables.campaigns.get(campaignId);
    if (campaign?.state !== 'running') continue;
    for (const lane of campaign.lanes) {
      const { priority } = campaign;
      if (isNeeded(tables, campaign, id, lane)) {
        needed.set(queueKey(lane, target, priority), { lane, target, priority });
      }
    }
  }
  return [...needed.values()];
}

/** Every simulated machine is online and fits every target. */
const eligibleAgents = ({ agents }: Tables, lane: string): number =>
  rowsWhere(agents, (agent) => agent.admin_state === 'active' && agent.lanes.includes(lane)).length;

const isOfferable = (tables: Tables, job: JobRecord, nowMs: number): boolean => {
  if (job.state !== 'queued' || job.last_offer_at !== null || job.not_before > nowMs) return false;
  const definition = tables.campaigns.get(job.campaign_id)?.definition;
  return (
    definition?.baseline === 'none' || baselineInForce(tables, job.environment_id, job.lane) !== undefined
  );
};

/** Campaigns in turn, the one with the least under way first, its oldest job first. */
function dueJobs(tables: Tables, queue: QueueRecord, room: number, nowMs: number): JobRecord[] {
  const { lane, target, priority } = queue;
  const campaigns = rowsWhere(
    tables.campaigns,
    (one) => one.state === 'running' && one.priority === priority,
  );
  const turns = campaigns.flatMap((campaign) => {
    const own = rowsWhere(
      tables.jobs,
      (job) => job.campaign_id === campaign.id && job.lane === lane && job.target === target,
    );
    const isUnderWay = (job: JobRecord): boolean =>
      job.state === 'claimed' || (job.state === 'queued' && job.last_offer_at !== null);
    const load = own.filter(isUnderWay).length;
    const ready = own.filter((job) => isOfferable(tables, job, nowMs));
    return ready
      .toSorted(inOrder(({ id }) => id))
      .slice(0, room)
      .map((job, index) => ({ job, turn: load + index + 1 }));
  });
  const chosen = turns.toSorted(
    inOrder(
      ({ turn }) => turn,
      ({ job }) => job.id,
    ),
  );
  return chosen.slice(0, room).map(({ job }) => job);
}

const offered = (tables: Tables, fits: (job: JobRecord, at: number) => boolean): JobRecord[] =>
  rowsWhere(
    tables.jobs,
    (job) => job.state === 'queued' && job.last_offer_at !== null && fits(job, job.last_offer_at),
  );

function forget(tables: Tables, jobs: readonly JobRecord[]): number {
  for (const job of jobs) tables.change(job, { last_offer_at: null });
  return jobs.length;
}

export const offerStatements: Readonly<Record<string, Statement>> = {
  // Every simulated machine fits every target.
  'read-missing-targets': () => NOTHING,
  'upsert-needed-queues': (tables, _values, nowMs) => {
    const fed: QueueRecord[] = neededQueues(tables).map((queue) => {
      const row = { ...queue, needed_at: nowMs, eligible_agents: eligibleAgents(tables, queue.lane) };
      const key = queueKey(queue.lane, queue.target, queue.priority);
      const known = tables.queues.get(key);
      if (known === undefined) tables.insert(tables.queues, key, row);
      else tables.change(known, row);
      return row;
    });
    return rows(...fed);
  },
  'set-unserviceable': () => NOTHING,
  'read-queue-agents': () => NOTHING,
  'count-queue': (tables, [lane, target, priority, most], nowMs) => {
    const out = offered(
      tables,
      (job) => job.lane === lane && job.target === target && job.priority === priority,
    );
    const ready = rowsWhere(tables.jobs, (job) => {
      const campaign = tables.campaigns.get(job.campaign_id);
      const isWaiting = job.state === 'queued' && job.last_offer_at === null && job.not_before <= nowMs;
      const isOfQueue = job.lane === lane && job.target === target;
      return isWaiting && isOfQueue && campaign?.state === 'running' && campaign.priority === priority;
    });
    return rows({ offered: out.length, ready: Math.min(ready.length, number(most)) });
  },
  'lock-queue': () => NOTHING,
  'take-offers': (tables, [lane, target, priority, room], nowMs) => {
    const queue = tables.queues.get(queueKey(lane, target, priority));
    if (queue === undefined) return NOTHING;
    const taken = dueJobs(tables, queue, number(room), nowMs);
    for (const job of taken) {
      tables.change(job, { offer_sequence: job.offer_sequence + 1, last_offer_at: nowMs });
    }
    return rows(
      ...taken.map(({ id, epoch, offer_sequence }) => ({ id, next_epoch: epoch + 1, offer_sequence })),
    );
  },
  'withdraw-offer': (tables, [id, sequence]) => {
    const job = tables.jobs.get(text(id));
    if (job?.state !== 'queued' || job.offer_sequence !== sequence) return changed(0);
    tables.change(job, { last_offer_at: null });
    return changed(1);
  },
  'read-idle-agents': ({ agents, jobs }, [lane], nowMs) => {
    const isWorking = (id: string): boolean =>
      hasRow(
        jobs,
        (job) => job.agent_id === id && job.state === 'claimed' && (job.lease_ends_at ?? 0) > nowMs,
      );
    const idle = rowsWhere(
      agents,
      (agent) => agent.admin_state === 'active' && agent.lanes.includes(text(lane)) && !isWorking(agent.id),
    );
    return rows(...idle.slice(0, 200).map(({ id }) => ({ agent_id: id })));
  },
  'read-memory': ({ memory }, [key]) =>
    memory.has(text(key)) ? rows({ value: memory.get(text(key)) }) : NOTHING,
  'set-memory': (tables, [key, value]) => {
    tables.remove(tables.memory, text(key));
    tables.insert(tables.memory, text(key), json(value));
    return NOTHING;
  },
  'forget-all-offers': (tables) =>
    changed(
      forget(
        tables,
        offered(tables, () => true),
      ),
    ),
  'forget-old-offers': (tables, [ageMs], nowMs) =>
    changed(
      forget(
        tables,
        offered(tables, (_job, at) => at < nowMs - number(ageMs)),
      ),
    ),
  'read-offering-queues': (tables, [graceMs], nowMs) => {
    const old = offered(tables, (_job, at) => at < nowMs - number(graceMs));
    const queues = new Map(
      old.map(({ lane, target, priority }) => [queueKey(lane, target, priority), { lane, target, priority }]),
    );
    return rows(...queues.values());
  },
  'forget-offers-of-queue': (tables, [lane, target, priority, graceMs], nowMs) => {
    const old = offered(
      tables,
      (job, at) =>
        job.lane === lane &&
        job.target === target &&
        job.priority === priority &&
        at < nowMs - number(graceMs),
    );
    return changed(forget(tables, old));
  },
  'delete-idle-queues': (tables, [idleMs], nowMs) => {
    const isIdle = (queue: QueueRecord): boolean =>
      queue.needed_at < nowMs - number(idleMs) &&
      !hasRow(
        tables.jobs,
        (job) =>
          job.lane === queue.lane &&
          job.target === queue.target &&
          job.priority === queue.priority &&
          isOpen(job),
      );
    const idle = rowsWhere(tables.queues, isIdle);
    for (const { lane, target, priority } of idle) {
      tables.remove(tables.queues, queueKey(lane, target, priority));
    }
    return rows(...idle);
  },
};
