// Both databases in the same words: every table that decides anything, without the times in it.
import type { World } from '../campaign-world.ts';
import type { Tables } from './tables.ts';

export type Rows = Readonly<Record<string, readonly string[]>>;

const line = (...columns: readonly unknown[]): string => JSON.stringify(columns);
const sorted = (lines: readonly string[]): readonly string[] => [...new Set(lines)].toSorted();

export function rowsOfTables(tables: Tables): Rows {
  const of = <Row>(table: ReadonlyMap<string, Row>, say: (row: Row) => string): readonly string[] =>
    sorted([...table.values()].map(say));
  return {
    campaigns: of(tables.campaigns, (one) => line(one.id, one.state)),
    environments: of(tables.environments, (one) =>
      line(
        one.id,
        one.planned,
        one.sampled,
        one.drawn,
        one.cursor,
        one.dry,
        one.baseline_cursor,
        one.baseline_dry,
      ),
    ),
    baselines: of(tables.baselines, (one) =>
      line(one.environment_id, one.lane, one.rank, one.state, one.stack_id),
    ),
    jobs: of(tables.jobs, (job) =>
      line(
        job.id,
        job.lane,
        job.state,
        job.epoch,
        job.agent_id,
        job.cancel_requested,
        job.infra_attempts,
        job.rejections,
        job.lost_on_agent_id,
        job.offer_sequence,
        job.dead_reason,
        job.last_offer_at !== null,
        job.lease_ends_at !== null,
      ),
    ),
    claims: of(tables.claims, (one) =>
      line(
        one.job_id,
        one.epoch,
        one.agent_id,
        one.baseline_rank,
        one.baseline_stack_id,
        one.life_series,
        one.life_number,
        one.ending,
      ),
    ),
    inspections: of(tables.inspections, (one) =>
      line(
        one.id,
        one.lane,
        one.role,
        one.position,
        one.stack_id,
        one.job_id,
        one.outcome,
        one.code,
        one.decided_by_job_id,
        one.decided_epoch,
        one.last_failure?.message ?? null,
      ),
    ),
    messages: of(tables.messages, (one) => line(one.id, one.agent_id)),
    stale: of(tables.stale, (one) => line(one.id, one.agent_id, one.reason)),
    logs: sorted([...tables.logParts.keys()].map((key) => line(...key.split('|')))),
    comparisons: of(tables.comparisons, (one) => line(one.inspection_id, one.job_id, one.epoch)),
    queues: of(tables.queues, (one) => line(one.lane, one.target, one.priority, one.eligible_agents)),
    memory: sorted([...tables.memory.keys()].map((key) => line(key))),
  };
}

/** Columns as JSON arrays, in the order of `rowsOfTables`. */
const QUERIES: Readonly<Record<string, string>> = {
  campaigns: `select id, state from campaigns`,
  environments: `select id, planned, sampled, drawn, cursor, dry, baseline_cursor, baseline_dry from campaign_environments`,
  baselines: `select environment_id, lane, rank, state, stack_id from baselines`,
  jobs: `select id, lane, state, epoch, agent_id, cancel_requested, infra_attempts, rejections, lost_on_agent_id,
      offer_sequence, dead_reason, last_offer_at is not null, lease_ends_at is not null from jobs`,
  claims: `select job_id, epoch, agent_id, baseline_rank, baseline_stack_id, life_series, life_number, ending
      from claims`,
  inspections: `select id, lane, role, position, stack_id, job_id, outcome, code, decided_by_job_id, decided_epoch,
      last_failure ->> 'message' from inspections`,
  messages: `select id, agent_id from trial_messages`,
  stale: `select id, agent_id, reason from stale_messages`,
  logs: `select job_id::text, epoch::text, stack_id, phase, part::text from log_parts`,
  comparisons: `select inspection_id, job_id, epoch from comparisons`,
  queues: `select lane, target, priority, eligible_agents from queues`,
  memory: `select key from coordinator_memory`,
};

export async function rowsOfPostgres({ pool }: World): Promise<Rows> {
  const tables = Object.entries(QUERIES).map(async ([name, sql]): Promise<[string, readonly string[]]> => {
    const { rows } = await pool.query<unknown[]>({ text: sql, rowMode: 'array' });
    return [name, sorted(rows.map((row) => line(...row)))];
  });
  return Object.fromEntries(await Promise.all(tables));
}
