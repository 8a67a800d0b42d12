// Claims, leases and the life of a job.
import type { DeadReason, Job } from '../../../shared/inspection/job-state.ts';
import { changed, NOTHING, number, rows, text, uniqueViolation, type Statement } from './statement.ts';
import { hasRow, inOrder, keyOf, rowsWhere, type JobRecord, type Tables } from './tables.ts';
import { baselineInForce } from './baseline-statements.ts';
import { pendingLocks } from './message-statements.ts';

const isOver = (state: Job['state']): boolean =>
  state === 'finished' || state === 'dead' || state === 'cancelled';

const lockedRow = (job: JobRecord, nowMs: number) => ({
  ...job,
  lease_ends_at_ms: job.lease_ends_at,
  not_before_ms: job.not_before,
  now_ms: nowMs,
});

const lifeOfHold = ({ claims }: Tables, { id, epoch }: JobRecord) => {
  const claim = claims.get(keyOf(id, epoch));
  return { life_series: claim?.life_series ?? null, life_number: claim?.life_number ?? null };
};

function factsOf({ campaigns, environments }: Tables, job: JobRecord): object {
  const campaign = campaigns.get(job.campaign_id);
  const environment = environments.get(job.environment_id);
  if (campaign === undefined || environment === undefined) throw new Error('a job without its campaign');
  const { name, state, definition, knowledge_snapshot_id } = campaign;
  return {
    campaign_name: name,
    campaign_state: state,
    definition,
    knowledge_snapshot_id,
    environment: environment.environment,
  };
}

function baselineOf(tables: Tables, { environment_id: environmentId, lane }: JobRecord): object {
  const baseline = baselineInForce(tables, environmentId, lane);
  if (baseline === undefined) return { baseline_rank: null, baseline_stack_id: null, baseline_lock: null };
  const { rank, stack_id, lock_digest: digest } = baseline;
  return {
    baseline_rank: rank,
    baseline_stack_id: stack_id,
    baseline_lock: tables.locks.get(digest) ?? null,
  };
}

export const jobStatements: Readonly<Record<string, Statement>> = {
  'lock-agent': ({ agents }, [id]) => {
    const agent = agents.get(text(id));
    if (agent === undefined) return NOTHING;
    return rows({ ...agent, fingerprint: {}, hardware_epoch: 1 });
  },
  'lock-job': ({ jobs }, [id], nowMs) => {
    const job = jobs.get(text(id));
    return job === undefined ? NOTHING : rows(lockedRow(job, nowMs));
  },
  'lock-job-to-claim': (tables, [id, agentId], nowMs) => {
    const job = tables.jobs.get(text(id));
    if (job === undefined) return NOTHING;
    const isOther = (one: JobRecord): boolean =>
      one.agent_id === agentId && one.state === 'claimed' && one.id !== job.id;
    return rows({
      ...lockedRow(job, nowMs),
      in_lane: tables.agents.get(text(agentId))?.lanes.includes(job.lane) === true,
      is_busy: hasRow(tables.jobs, isOther),
      ...lifeOfHold(tables, job),
      ...factsOf(tables, job),
      ...baselineOf(tables, job),
    });
  },
  'save-job': (tables, values, nowMs) => {
    const [id, state, epoch, infra, rejections, agentId, lease, notBefore, cancel, lostOn, reason, ending] =
      values;
    const job = tables.jobs.get(text(id));
    if (job === undefined) return changed(0);
    const next = state as Job['state'];
    const isTaken = (other: JobRecord): boolean =>
      other.state === 'claimed' && other.agent_id === agentId && other.id !== job.id;
    if (next === 'claimed' && hasRow(tables.jobs, isTaken)) throw uniqueViolation('jobs_one_claim_per_agent');
    tables.change(job, {
      state: next,
      epoch: number(epoch),
      infra_attempts: number(infra),
      rejections: number(rejections),
      agent_id: (agentId as string | null) ?? (isOver(next) ? job.agent_id : null),
      lease_ends_at: lease as number | null,
      not_before: (notBefore as number | null) ?? job.not_before,
      cancel_requested: cancel === true,
      lost_on_agent_id: lostOn as string | null,
      dead_reason: reason as DeadReason | null,
      last_offer_at: null,
      claimed_at: next === 'claimed' && job.state !== 'claimed' ? nowMs : job.claimed_at,
    });
    const hold = ending === null ? undefined : tables.claims.get(keyOf(job.id, number(epoch)));
    if (hold?.ending === null) tables.change(hold, { ending: text(ending) });
    return changed(1);
  },
  'bound-waits': (tables, [leaseMs, waitMs], nowMs) => {
    const latestEndMs = nowMs + number(leaseMs);
    const isTooFar = (job: JobRecord): boolean => {
      if (job.state === 'claimed') return (job.lease_ends_at ?? 0) > latestEndMs + 1000;
      if (job.state !== 'queued') return false;
      if ((job.last_offer_at ?? 0) > nowMs) return true;
      const isOfTheFuture = Math.max(job.created_at, job.claimed_at ?? 0) > nowMs;
      return job.not_before > nowMs && (isOfTheFuture || job.not_before > nowMs + number(waitMs) + 1000);
    };
    const found = rowsWhere(tables.jobs, isTooFar);
    for (const job of found) {
      const { lease_ends_at: ends, not_before: from, last_offer_at: offered } = job;
      tables.change(job, {
        lease_ends_at: ends === null ? null : Math.min(ends, latestEndMs),
        not_before: job.state === 'queued' ? Math.min(from, nowMs) : from,
        last_offer_at: offered !== null && offered <= nowMs ? offered : null,
      });
    }
    return rows({ bounded: found.length, now_ms: nowMs });
  },
  'open-hold': (tables, [jobId, epoch, agentId, , , rank, stackId, series, lifeNumber]) => {
    const key = keyOf(text(jobId), number(epoch));
    if (tables.claims.has(key)) throw uniqueViolation('claims_pkey');
    const pending = pendingLocks(tables, jobId);
    const compares = pending.some(({ role }) => role !== 'baseline');
    tables.insert(tables.claims, key, {
      job_id: text(jobId),
      epoch: number(epoch),
      agent_id: text(agentId),
      baseline_rank: compares ? (rank as number | null) : null,
      baseline_stack_id: compares ? (stackId as string | null) : null,
      life_series: series as string | null,
      life_number: lifeNumber as number | null,
      ending: null,
    });
    return rows(...pending);
  },
  'find-earlier-hold': ({ jobs, claims }, [agentId, series, lifeNumber]) => {
    const held = rowsWhere(jobs, (job) => {
      if (job.state !== 'claimed' || job.agent_id !== agentId) return false;
      const claim = claims.get(keyOf(job.id, job.epoch));
      const claimedIn = claim?.life_series === series ? (claim?.life_number ?? null) : null;
      return claimedIn !== null && claimedIn < number(lifeNumber);
    });
    return rows(
      ...held.map(({ id, epoch }) => ({ id, epoch, life_number: claims.get(keyOf(id, epoch))?.life_number })),
    );
  },
  'forget-offer': (tables, [id, sequence, delayMs], nowMs) => {
    const job = tables.jobs.get(text(id));
    if (job?.state !== 'queued' || job.offer_sequence !== sequence) return changed(0);
    const notBefore = Math.max(job.not_before, nowMs + number(delayMs));
    tables.change(job, { last_offer_at: null, not_before: notBefore });
    return changed(1);
  },
  'renew-lease': (tables, [id, agentId, epoch, grantedMs], nowMs) => {
    const job = tables.jobs.get(text(id));
    if (job?.state !== 'claimed' || job.agent_id !== agentId || job.epoch !== epoch) return NOTHING;
    tables.change(job, { lease_ends_at: Math.max(job.lease_ends_at ?? 0, nowMs + number(grantedMs)) });
    return rows({ cancel_requested: job.cancel_requested });
  },
  'read-expired-jobs': ({ jobs }, _values, nowMs) => {
    const late = rowsWhere(jobs, (job) => job.state === 'claimed' && (job.lease_ends_at ?? 0) <= nowMs);
    return rows(...late.toSorted(inOrder((job) => job.lease_ends_at ?? 0)).slice(0, 100));
  },
};
