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
import { queryOne, sqlFile, type Queryable, type Statement } from '../store/sql-file.ts';
import type { TransactionClient } from '../store/transaction-client.ts';
import { claimVerdict, type ClaimFacts } from './claim-verdict.ts';
import { isUuid, lockedJobOf, savedJob, type JobRow, type LockedJob } from './job-row.ts';

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

/** The job, and what the verdict depends on. */
interface ClaimRow extends JobRow {
  readonly in_lane: boolean;
  readonly is_busy: boolean;
  readonly life_series: string | null;
  readonly life_number: number | null;
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
const lockJobSql = sqlFile<ClaimRow>(import.meta.url, 'lock-job-to-claim.sql');
const readLocksSql = sqlFile<PendingLock>(import.meta.url, 'read-pending-locks.sql');
const openHoldSql = sqlFile<PendingLock>(import.meta.url, 'open-hold.sql');
const forgetOfferSql = sqlFile(import.meta.url, 'forget-offer.sql');

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
  return await transaction(
    dependencies.pool,
    async (client) => {
      // The agent is locked before the job, always in this order, in which they are sent.
      const [agent, row] = await Promise.all([
        queryOne(client, lockAgentSql, [agentId]),
        queryOne(client, lockJobSql, [request.jobId, agentId]),
      ]);
      if (agent === null || row === null) return refused('unknown');
      return await decide({ client, dependencies, agent, row, locked: lockedJobOf(row) }, request);
    },
    { readsFirst: true },
  );
}

interface Situation {
  readonly client: TransactionClient;
  readonly dependencies: ClaimDependencies;
  readonly agent: AgentRow;
  readonly row: ClaimRow;
  readonly locked: LockedJob;
}

async function decide(situation: Situation, request: ClaimRequest): Promise<ClaimReply> {
  const { client, row, locked, dependencies } = situation;
  const verdict = claimVerdict(locked.job, factsOf(situation, request));
  if (verdict.verdict === 'refuse') {
    const delayMs = verdict.refusal === 'mismatch' ? MISMATCH_DELAY_MS : 0;
    await client.commitWith([{ sql: forgetOfferSql, values: [row.id, request.offerSequence, delayMs] }]);
    return refused(verdict.refusal, verdict.retryInMs);
  }
  const { nowMs } = locked;
  const { leaseMs } = dependencies;
  const isNew = verdict.verdict === 'grant';
  const held = isNew
    ? claim(verdict.job, { agentId: agentIdOf(situation.agent.id), nowMs, leaseMs })
    : renew(verdict.job, { nowMs, leaseMs });
  const indexes = await dependencies.indexAccess(client, {
    knowledgeSnapshotId: row.knowledge_snapshot_id,
    definition: row.definition,
  });
  const [, { rows: pending }] = await client.commitWith([
    savedJob(held),
    isNew ? openedHold(situation, held.epoch, request.life ?? null) : { sql: readLocksSql, values: [row.id] },
  ]);
  const trial = trialOf(row, { epoch: held.epoch, pending, indexes });
  return { verdict: 'granted', jobId: jobId(row.id), epoch: held.epoch, leaseMs, trial };
}

function factsOf({ agent, row, locked, dependencies }: Situation, request: ClaimRequest): ClaimFacts {
  const isHardwareKnown = agent.hardware_digest === request.hardwareDigest;
  const isAble =
    agent.fingerprint !== null && dependencies.servesEnvironment(agent.fingerprint, row.environment).eligible;
  return {
    agentId: agent.id,
    adminState: agent.admin_state,
    mayServe: row.in_lane && isHardwareKnown && isAble,
    isBusy: row.is_busy,
    campaignState: row.campaign_state,
    lacksBaseline: row.definition.baseline !== 'none' && row.baseline_rank === null,
    nowMs: locked.nowMs,
    isOfThisLife: isSameLife(lifeOf(row), request.life ?? null),
  };
}

/** In which the job is held. */
const lifeOf = ({ life_series: series, life_number: number }: ClaimRow): AgentLife | null =>
  series === null || number === null ? null : { series, number };

function openedHold(
  { agent, row }: Situation,
  epoch: number,
  life: AgentLife | null,
): Statement<PendingLock> {
  const values = [
    row.id,
    epoch,
    agent.id,
    agent.hardware_digest,
    agent.hardware_epoch,
    row.baseline_rank,
    row.baseline_stack_id,
    life?.series ?? null,
    life?.number ?? null,
  ];
  return { sql: openHoldSql, values };
}

function trialOf(
  row: ClaimRow,
  { epoch, pending, indexes }: { epoch: number; pending: readonly PendingLock[]; indexes: Trial['indexes'] },
): Trial {
  const { definition } = row;
  // A job of baselines alone has nothing to compare them with: its hold is noted without one too (open-hold.sql).
  const isAlone = pending.every(({ role }) => role === 'baseline');
  const scripts = definition.benchmarks.flatMap((spec) => ('script' in spec ? [spec.script] : []));
  return {
    campaignId: row.campaign_id,
    campaignName: row.campaign_name,
    lane: row.lane,
    environment: row.environment,
    baseline: isAlone ? null : row.baseline_lock,
    candidates: pending.map(({ lock }) => lock),
    benchmarks: [...definition.benchmarks],
    scripts: [...new Map(scripts.map((script) => [script.sha256, script])).values()],
    blocks: definition.trial.blocks,
    pace: definition.trial.pace,
    seed: `${definition.sampling.seed}/${row.id}/${epoch}`,
    indexes,
    allowSdists: definition.allowSdists,
    limits: definition.limits,
  };
}
