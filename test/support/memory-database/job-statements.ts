// Claims, leases and the life of a job.
import type { DeadReason, Job } from '../../../shared/inspection/job-state.ts';
import { changed, NOTHING, number, rows, text, uniqueViolation, type Statement } from './statement.ts';
import { hasRow, inOrder, keyOf, rowsWhere, type JobRecord } from './tables.ts';
import { baselineInForce } from './baseline-statements.ts';

const isOver = (state: Job['state']): boolean =>
  state === 'finished' || state === 'dead' || state === 'cancelled';

export const jobStatements: Readonly<Record<string, Statement>> = {
  'read-lane-of-job': ({ jobs }, [id]) => {
    const job = jobs.get(text(id));
    return job === undefined ? NOTHING : rows({ lane: job.lane });
  },
  'lock-agent': ({ agents }, [id]) => {
    const agent = agents.get(text(id));
    if (agent === undefined) return NOTHING;
    return rows({ ...agent, fingerprint: {}, hardware_epoch: 1 });
  },
  'read-agent-work': ({ agents, jobs }, [agentId, lane, jobId]) =>
    rows({
      in_lane: agents.get(text(agentId))?.lanes.includes(text(lane)) === true,
      is_busy: hasRow(jobs, (job) => job.agent_id === agentId && job.state === 'claimed' && job.id !== jobId),
    }),
  'lock-job': ({ jobs }, [id], nowMs) => {
    const job = jobs.get(text(id));
    if (job === undefined) return NOTHING;
    const { lease_ends_at: ends, not_before: from } = job;
    return rows({ ...job, lease_ends_at_ms: ends, not_before_ms: from, now_ms: nowMs });
  },
  'read-claim-facts': (tables, [id]) => {
    const job = tables.jobs.get(text(id));
    const campaign = job && tables.campaigns.get(job.campaign_id);
    const environment = job && tables.environments.get(job.environment_id);
    if (job === undefined || campaign === undefined || environment === undefined) return NOTHING;
    const baseline = baselineInForce(tables, job.environment_id, job.lane);
    return rows({
      campaign_name: campaign.name,
      campaign_state: campaign.state,
      definition: campaign.definition,
      knowledge_snapshot_id: campaign.knowledge_snapshot_id,
      environment: environment.environment,
      baseline_rank: baseline?.rank ?? null,
      baseline_stack_id: baseline?.stack_id ?? null,
      baseline_lock: baseline ? (tables.locks.get(baseline.lock_digest) ?? null) : null,
    });
  },
  'save-job': (tables, values, nowMs) => {
    const [id, state, epoch, infra, rejections, agentId, lease, notBefore, cancel, lostOn, reason] = values;
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
  'insert-claim': (tables, [jobId, epoch, agentId, , , rank, stackId, series, lifeNumber]) => {
    const key = keyOf(text(jobId), number(epoch));
    if (tables.claims.has(key)) throw uniqueViolation('claims_pkey');
    tables.insert(tables.claims, key, {
      job_id: text(jobId),
      epoch: number(epoch),
      agent_id: text(agentId),
      baseline_rank: rank as number | null,
      baseline_stack_id: stackId as string | null,
      life_series: series as string | null,
      life_number: lifeNumber as number | null,
      ending: null,
    });
    return changed(1);
  },
  'read-life-of-hold': ({ claims }, [jobId, epoch]) => {
    const claim = claims.get(keyOf(text(jobId), number(epoch)));
    return claim === undefined ? NOTHING : rows({ series: claim.life_series, number: claim.life_number });
  },
  'find-earlier-hold': ({ jobs, claims }, [agentId, series, lifeNumber]) => {
    const held = rowsWhere(jobs, (job) => {
      if (job.state !== 'claimed' || job.agent_id !== agentId) return false;
      const claim = claims.get(keyOf(job.id, job.epoch));
      const claimedIn = claim?.life_series === series ? (claim?.life_number ?? null) : null;
      return claimedIn !== null && claimedIn < number(lifeNumber);
    });
    return rows(...held.map(({ id }) => ({ id })));
  },
  'close-claim': (tables, [jobId, epoch, ending]) => {
    const claim = tables.claims.get(keyOf(text(jobId), number(epoch)));
    if (claim === undefined || claim.ending !== null) return changed(0);
    tables.change(claim, { ending: text(ending) });
    return changed(1);
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
