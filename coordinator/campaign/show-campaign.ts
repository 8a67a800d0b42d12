// What people see of campaigns: the list, one of them, and how far it is.
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Cause, Outcome } from '../../shared/inspection/outcome.ts';
import { queryOne, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';
import type { CampaignState } from './change-state.ts';
import type { CampaignDefinition } from './definition.ts';

export interface CampaignSummary {
  readonly id: string;
  readonly name: string;
  readonly state: CampaignState;
  readonly priority: 0 | 1;
  readonly created_at: Date;
  readonly finished_at: Date | null;
  /** Candidates on all lanes: made so far, decided, and planned at most. */
  readonly inspections: number;
  readonly decided: number;
  readonly planned: number;
}

export interface CampaignRecord {
  readonly id: string;
  readonly name: string;
  readonly state: CampaignState;
  readonly priority: 0 | 1;
  readonly definition: CampaignDefinition;
  readonly knowledge_snapshot_id: string;
  readonly created_at: Date;
  readonly finished_at: Date | null;
}

export interface CampaignNote {
  readonly key: string;
  readonly text: string;
  readonly created_at: Date;
}

export interface LaneProgress {
  readonly lane: string;
  readonly target: string;
  readonly environment_id: string;
  readonly planned: number;
  readonly sampled: number;
  readonly dry: boolean;
  readonly pending: number;
  readonly succeeded: number;
  /** Broken by stack, script or user. */
  readonly failed: number;
  /** Given up after failures of the fleet. */
  readonly spoiled: number;
  /** Machines at work on it. */
  readonly claimed: number;
  readonly baseline_state: 'proposed' | 'proved' | null;
  readonly baseline_stack_id: string | null;
  readonly unserviceable_reason: string | null;
  readonly eligible_agents: number;
}

export interface OutcomeCount {
  readonly lane: string;
  readonly role: 'baseline' | 'candidate';
  /** Null: pending. */
  readonly outcome: Outcome | null;
  readonly cause: Cause | null;
  readonly count: number;
}

export interface RunningTrial {
  readonly machine: string;
  readonly lane: string;
  readonly target: string;
  /** Baseline included. */
  readonly stacks: number;
  /** Built, or failed to build. */
  readonly built: number;
  /** Blocks measured so far. */
  readonly blocks: number;
}

export interface CampaignProgress {
  readonly campaign: CampaignRecord;
  readonly notes: readonly CampaignNote[];
  readonly lanes: readonly LaneProgress[];
  readonly outcomes: readonly OutcomeCount[];
  /** At most 50. */
  readonly running: readonly RunningTrial[];
  readonly totals: {
    readonly planned: number;
    readonly decided: number;
    readonly machinesBusy: number;
  };
  /** Roughly; null while nothing has ended yet, or when nobody can work on it. */
  readonly remainingMs: number | null;
}

const listSql = sqlFile<CampaignSummary>(import.meta.url, 'list-campaigns.sql');
const readSql = sqlFile<CampaignRecord>(import.meta.url, 'read-campaign.sql');
const notesSql = sqlFile<CampaignNote>(import.meta.url, 'read-campaign-notes.sql');
const progressSql = sqlFile<LaneProgress>(import.meta.url, 'read-progress.sql');
const outcomesSql = sqlFile<OutcomeCount>(import.meta.url, 'read-outcomes.sql');
const runningSql = sqlFile<RunningTrial>(import.meta.url, 'read-running-trials.sql');
const paceSql = sqlFile<{ trial_ms: number | null; trials: number }>(import.meta.url, 'read-pace.sql');

/** Newest first. */
export const listCampaigns = (
  client: Queryable,
  { state = null, limit = 200 }: { state?: CampaignState | null; limit?: number } = {},
): Promise<CampaignSummary[]> => queryRows(client, listSql, [state, limit]);

/** By id or name. Throws TROOP-1304. */
export async function showCampaign(client: Queryable, campaign: string): Promise<CampaignRecord> {
  const record = await queryOne(client, readSql, [campaign]);
  if (record === null) throw new TroopError('TROOP-1304', { campaign });
  return record;
}

/** By id or name. Throws TROOP-1304. */
export async function campaignProgress(client: Queryable, campaign: string): Promise<CampaignProgress> {
  const record = await showCampaign(client, campaign);
  const lanes = await queryRows(client, progressSql, [record.id]);
  const outcomes = await queryRows(client, outcomesSql, [record.id]);
  const notes = await queryRows(client, notesSql, [record.id]);
  const running = await queryRows(client, runningSql, [record.id]);
  const pace = await queryOne(client, paceSql, [record.id]);
  const planned = sum(lanes, plannedOn);
  const decided = sum(lanes, (lane) => lane.succeeded + lane.failed + lane.spoiled);
  const machinesBusy = sum(lanes, (lane) => lane.claimed);
  const trialMs = pace?.trial_ms ?? null;
  return {
    campaign: record,
    notes,
    lanes,
    outcomes,
    running,
    totals: { planned, decided, machinesBusy },
    remainingMs: trialMs === null ? null : remainingMs(lanes, trialMs, record.definition.trial.stacks),
  };
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

/** Machines share the trials that are left on a lane, and lanes share machines: whichever takes longer. */
function remainingMs(lanes: readonly LaneProgress[], trialMs: number, stacks: number): number | null {
  const open = lanes
    .map((lane) => ({ trials: Math.ceil(leftOn(lane) / stacks), machines: lane.eligible_agents }))
    .filter(({ trials }) => trials > 0);
  if (open.some(({ machines }) => machines === 0)) return null;
  const slowest = Math.max(0, ...open.map(({ trials, machines }) => trials / machines));
  const together = sum(open, ({ trials }) => trials) / Math.max(1, ...open.map(({ machines }) => machines));
  return Math.round(Math.max(slowest, together) * trialMs);
}

/** What is made, and what may still be drawn. A rule may keep a stack from some lanes, so these can differ. */
const plannedOn = ({ dry, sampled, planned, ...made }: LaneProgress): number =>
  (dry ? 0 : planned - sampled) + made.pending + made.succeeded + made.failed + made.spoiled;

const leftOn = (lane: LaneProgress): number =>
  Math.max(0, plannedOn(lane) - lane.succeeded - lane.failed - lane.spoiled);
