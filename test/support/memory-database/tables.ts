// The tables of the coordinator's database that a simulated fleet needs, in memory; every change can be taken back.
import type { CampaignDefinition } from '../../../coordinator/campaign/definition.ts';
import type { JsonValue } from '../../../coordinator/campaign/stack-stream.ts';
import type { Failure } from '../../../shared/inspection/failure.ts';
import type { DeadReason, Job } from '../../../shared/inspection/job-state.ts';
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import type { LockedStack } from '../../../shared/stack/stack.ts';

export interface AgentRow {
  id: string;
  admin_state: string;
  hardware_digest: string;
  lanes: readonly string[];
}
export interface CampaignRow {
  id: string;
  name: string;
  content_hash: string;
  definition: CampaignDefinition;
  state: 'running' | 'paused' | 'finished' | 'cancelled';
  priority: 0 | 1;
  knowledge_snapshot_id: string;
  created_at: number;
  lanes: readonly string[];
}
export interface EnvironmentRow {
  id: string;
  campaign_id: string;
  position: number;
  target: string;
  environment: TargetEnvironment;
  planned: number;
  sampled: number;
  drawn: number;
  cursor: JsonValue;
  dry: boolean;
  baseline_cursor: JsonValue;
  baseline_dry: boolean;
}
export interface BaselineRow {
  environment_id: string;
  lane: string;
  rank: number;
  state: 'proposed' | 'proved' | 'rejected';
  stack_id: string;
  lock_digest: string;
}
export interface JobRecord {
  id: string;
  campaign_id: string;
  environment_id: string;
  lane: string;
  target: string;
  priority: 0 | 1;
  state: Job['state'];
  epoch: number;
  agent_id: string | null;
  lease_ends_at: number | null;
  cancel_requested: boolean;
  infra_attempts: number;
  rejections: number;
  lost_on_agent_id: string | null;
  not_before: number;
  created_at: number;
  claimed_at: number | null;
  last_offer_at: number | null;
  offer_sequence: number;
  dead_reason: DeadReason | null;
}
export interface ClaimRecord {
  job_id: string;
  epoch: number;
  agent_id: string;
  baseline_rank: number | null;
  baseline_stack_id: string | null;
  life_series: string | null;
  life_number: number | null;
  ending: string | null;
}
export interface InspectionRecord {
  id: string;
  campaign_id: string;
  environment_id: string;
  lane: string;
  role: 'baseline' | 'candidate';
  position: number;
  stack_id: string;
  lock_digest: string;
  job_id: string | null;
  outcome: string | null;
  code: string | null;
  decided_by_job_id: string | null;
  decided_epoch: number | null;
  last_failure: Failure | null;
}
export interface MessageRecord {
  id: string;
  job_id: string;
  epoch: number;
  kind: string;
  n: number;
  agent_id: string;
  body: string;
}
export interface StaleRecord {
  id: string;
  agent_id: string;
  job_id: string;
  epoch: number;
  kind: string;
  reason: string;
}
export interface QueueRecord {
  lane: string;
  target: string;
  priority: 0 | 1;
  needed_at: number;
  eligible_agents: number;
}
export interface Decision {
  readonly inspectionId: string;
  readonly outcome: string;
}

/** A table by its primary key. */
export type Table<Row> = Map<string, Row>;

export class Tables {
  readonly agents: Table<AgentRow> = new Map();
  readonly campaigns: Table<CampaignRow> = new Map();
  readonly environments: Table<EnvironmentRow> = new Map();
  readonly locks: Table<LockedStack> = new Map();
  readonly baselineCandidates: Table<{ lock_digest: string }> = new Map();
  readonly baselines: Table<BaselineRow> = new Map();
  readonly jobs: Table<JobRecord> = new Map();
  readonly claims: Table<ClaimRecord> = new Map();
  readonly inspections: Table<InspectionRecord> = new Map();
  readonly messages: Table<MessageRecord> = new Map();
  readonly stale: Table<StaleRecord> = new Map();
  readonly logParts: Table<true> = new Map();
  readonly measurements: Table<true> = new Map();
  readonly comparisons: Table<{ inspection_id: string; job_id: string; epoch: number }> = new Map();
  readonly queues: Table<QueueRecord> = new Map();
  readonly notes: Table<string> = new Map();
  readonly memory: Table<unknown> = new Map();
  /** Every time that an inspection got an outcome, in order: more than the database itself remembers. */
  readonly decisions: Table<Decision> = new Map();
  private readonly undo: (() => void)[] = [];
  private decisionCount = 0;

  insert<Row>(table: Table<Row>, key: string, row: Row): void {
    table.set(key, row);
    this.undo.push(() => table.delete(key));
  }

  remove<Row>(table: Table<Row>, key: string): void {
    const row = table.get(key);
    if (row === undefined) return;
    table.delete(key);
    this.undo.push(() => table.set(key, row));
  }

  change<Row extends object>(row: Row, changes: Partial<Row>): void {
    const before: Partial<Row> = {};
    for (const key of Object.keys(changes) as (keyof Row)[]) before[key] = row[key];
    Object.assign(row, changes);
    this.undo.push(() => Object.assign(row, before));
  }

  noteDecision(decision: Decision): void {
    this.decisionCount += 1;
    this.insert(this.decisions, String(this.decisionCount), decision);
  }

  commit(): void {
    this.undo.length = 0;
  }

  rollback(): void {
    for (const step of this.undo.splice(0).toReversed()) step();
  }
}

/** Rows that fit, in the order of their insertion. */
export const rowsWhere = <Row>(table: Table<Row>, fits: (row: Row) => boolean): Row[] => {
  const found: Row[] = [];
  for (const row of table.values()) if (fits(row)) found.push(row);
  return found;
};

export const hasRow = <Row>(table: Table<Row>, fits: (row: Row) => boolean): boolean => {
  for (const row of table.values()) if (fits(row)) return true;
  return false;
};

export const keyOf = (...parts: readonly (string | number)[]): string => parts.join('|');

/** The order of text, numbers and null last. */
export function inOrder<Row>(
  ...columns: readonly ((row: Row) => string | number)[]
): (left: Row, right: Row) => number {
  return (left, right) => {
    for (const column of columns) {
      const [a, b] = [column(left), column(right)];
      if (a < b) return -1;
      if (a > b) return 1;
    }
    return 0;
  };
}
