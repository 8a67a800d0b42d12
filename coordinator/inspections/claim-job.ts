// An agent claims a job: a compare-and-set under the job's lock that raises its epoch. Of any number of agents that
// claim one job at once, one gets it; the grant holds all that is needed to run the trial.
import type { Pool } from 'pg';
import { isSameLife, type AgentLife } from '../../shared/inspection/agent-life.ts';
import { agentId as agentIdOf, jobId } from '../../shared/inspection/job-state.ts';
import { claim } from '../../shared/inspection/transitions/claim.ts';
import { renew } from '../../shared/inspection/transitions/renew.ts';
import type { Fingerprint } from '../../shared/machine/fingerprint.ts';
import type { Verdict } from '../../shared/machine/verdict.ts';
import type { ClaimRefusal, ClaimReply, ClaimRequest, Trial } from '../../shared/protocol/claim-message.ts';
import type { TargetEnvironment } from '../../shared/stack/environment.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { CampaignDefinition } from '../campaign/definition.ts';
import { transaction } from '../store/pool.ts';
import { execute, queryOne, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';
import { claimVerdict } from './claim-verdict.ts';
import { isUuid, lockJob, saveJob, type LockedJob } from './job-row.ts';
import { lifeOfHold } from './life-of-hold.ts';

export interface ClaimDependencies {
  readonly pool: Pool;
  readonly leaseMs: number;
  /** Whether the machine can build and run stacks of the environment: `servesEnvironment`. */
  readonly servesEnvironment: (fingerprint: Fingerprint, environment: TargetEnvironment) => Verdict;
  /** Where the campaign's files come from; reads through the given client, since a transaction is open. */
  readonly indexAccess: (
    client: Queryable,
    campaign: { readonly knowledgeSnapshotId: string; readonly definition: CampaignDefinition },
  ) => Promise<Trial['indexes']>;
}

interface AgentRow {
  readonly id: string;
  readonly admin_state: string;
  readonly fingerprint: Fingerprint | null;
  readonly hardware_digest: string | null;
  readonly hardware_epoch: number;
}

interface AgentWorkRow {
  readonly in_lane: boolean;
  readonly is_busy: boolean;
}

interface FactsRow {
  readonly campaign_name: string;
  readonly campaign_state: string;
  readonly definition: CampaignDefinition;
  readonly knowledge_snapshot_id: string;
  readonly environment: TargetEnvironment;
  readonly baseline_rank: number | null;
  readonly baseline_stack_id: string | null;
  readonly baseline_lock: LockedStack | null;
}

interface PendingLock {
  readonly role: 'baseline' | 'candidate';
  readonly lock: LockedStack;
}

const lockAgentSql = sqlFile<AgentRow>(import.meta.url, 'lock-agent.sql');
const readAgentWorkSql = sqlFile<AgentWorkRow>(import.meta.url, 'read-agent-work.sql');
const readFactsSql = sqlFile<FactsRow>(import.meta.url, 'read-claim-facts.sql');
const readLocksSql = sqlFile<PendingLock>(import.meta.url, 'read-pending-locks.sql');
const insertClaimSql = sqlFile(import.meta.url, 'insert-claim.sql');
const forgetOfferSql = sqlFile(import.meta.url, 'forget-offer.sql');
const readLaneOfJobSql = sqlFile<{ lane: string }>(import.meta.url, 'read-lane-of-job.sql');

/** The job goes elsewhere for that long when a machine has turned out not to fit. */
const MISMATCH_DELAY_MS = 3_000;

const refused = (refusal: ClaimRefusal, retryInMs: number | null = null): ClaimReply => ({
  verdict: 'refused',
  refusal,
  ...(retryInMs === null ? {} : { retryInMs }),
});

export async function claimJob(
  dependencies: ClaimDependencies,
  agentId: string,
  request: ClaimRequest,
): Promise<ClaimReply> {
  if (!isUuid(request.jobId) || !isUuid(agentId)) return refused('unknown');
  return await transaction(dependencies.pool, async (client) => {
    // The agent is locked before the job, always in this order.
    const lane = await queryOne(client, readLaneOfJobSql, [request.jobId]);
    if (lane === null) return refused('unknown');
    const agent = await queryOne(client, lockAgentSql, [agentId]);
    const work = await queryOne(client, readAgentWorkSql, [agentId, lane.lane, request.jobId]);
    const locked = await lockJob(client, request.jobId);
    const facts = await queryOne(client, readFactsSql, [request.jobId]);
    if (agent === null || work === null || locked === null || facts === null) return refused('unknown');
    return await decide({ client, dependencies, agent, work, locked, facts }, request);
  });
}

interface Situation {
  readonly client: Queryable;
  readonly dependencies: ClaimDependencies;
  readonly agent: AgentRow;
  readonly work: AgentWorkRow;
  readonly locked: LockedJob;
  readonly facts: FactsRow;
}

async function decide(situation: Situation, request: ClaimRequest): Promise<ClaimReply> {
  const { client, agent, work, locked, facts, dependencies } = situation;
  const isHardwareKnown = agent.hardware_digest === request.hardwareDigest;
  const isAble =
    agent.fingerprint !== null &&
    dependencies.servesEnvironment(agent.fingerprint, facts.environment).eligible;
  const verdict = claimVerdict(locked.job, {
    agentId: agent.id,
    adminState: agent.admin_state,
    mayServe: work.in_lane && isHardwareKnown && isAble,
    isBusy: work.is_busy,
    campaignState: facts.campaign_state,
    lacksBaseline: facts.definition.baseline !== 'none' && facts.baseline_rank === null,
    nowMs: locked.nowMs,
    isOfThisLife: isSameLife(await lifeOfHold(client, locked.row.id, locked.job.epoch), request.life ?? null),
  });
  if (verdict.verdict === 'refuse') {
    const delayMs = verdict.refusal === 'mismatch' ? MISMATCH_DELAY_MS : 0;
    await execute(client, forgetOfferSql, [locked.row.id, request.offerSequence, delayMs]);
    return refused(verdict.refusal, verdict.retryInMs);
  }
  const { nowMs } = locked;
  const { leaseMs } = dependencies;
  const isNew = verdict.verdict === 'grant';
  const held = isNew
    ? claim(verdict.job, { agentId: agentIdOf(agent.id), nowMs, leaseMs })
    : renew(verdict.job, { nowMs, leaseMs });
  await saveJob(client, held);
  const trial = await assembleTrial(situation, held.epoch);
  if (isNew) {
    await insertClaim(situation, { epoch: held.epoch, baseline: trial.baseline, life: request.life ?? null });
  }
  return { verdict: 'granted', jobId: jobId(locked.row.id), epoch: held.epoch, leaseMs, trial };
}

async function insertClaim(
  { client, agent, locked, facts }: Situation,
  {
    epoch,
    baseline,
    life,
  }: {
    readonly epoch: number;
    readonly baseline: LockedStack | null;
    readonly life: AgentLife | null;
  },
): Promise<void> {
  await execute(client, insertClaimSql, [
    locked.row.id,
    epoch,
    agent.id,
    agent.hardware_digest,
    agent.hardware_epoch,
    baseline === null ? null : facts.baseline_rank,
    baseline === null ? null : facts.baseline_stack_id,
    life?.series ?? null,
    life?.number ?? null,
  ]);
}

async function assembleTrial(
  { client, dependencies, locked: { row }, facts }: Situation,
  epoch: number,
): Promise<Trial> {
  const { definition } = facts;
  const pending = await queryRows(client, readLocksSql, [row.id]);
  // A job of baselines alone has nothing to compare them with.
  const isAlone = pending.every(({ role }) => role === 'baseline');
  const scripts = definition.benchmarks.flatMap((spec) => ('script' in spec ? [spec.script] : []));
  return {
    campaignId: row.campaign_id,
    campaignName: facts.campaign_name,
    lane: row.lane,
    environment: facts.environment,
    baseline: isAlone ? null : facts.baseline_lock,
    candidates: pending.map(({ lock }) => lock),
    benchmarks: [...definition.benchmarks],
    scripts: [...new Map(scripts.map((script) => [script.sha256, script])).values()],
    blocks: definition.trial.blocks,
    pace: definition.trial.pace,
    seed: `${definition.sampling.seed}/${row.id}/${epoch}`,
    indexes: await dependencies.indexAccess(client, {
      knowledgeSnapshotId: facts.knowledge_snapshot_id,
      definition,
    }),
    allowSdists: definition.allowSdists,
    limits: definition.limits,
  };
}
