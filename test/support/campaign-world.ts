// A coordinator without its wire: a real database, a broker, machines as rows, and stacks that need no index. Tests
// drive the use cases themselves and decide when anything happens.
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { createCampaign } from '../../coordinator/campaign/create-campaign.ts';
import { feedOnce, type FeederDependencies } from '../../coordinator/campaign/feeder.ts';
import type { LockedStackStream, StreamRequest } from '../../coordinator/campaign/stack-stream.ts';
import type { SampledFrom } from '../../coordinator/monkey/strategies/sampled-from.ts';
import { claimJob } from '../../coordinator/inspections/claim-job.ts';
import { recordTrialMessage } from '../../coordinator/inspections/record-trial-message.ts';
import type { Recorded } from '../../coordinator/inspections/recorded.ts';
import type { TrialMessage } from '../../coordinator/inspections/trial-message.ts';
import type { CoordinatorBroker } from '../../shared/broker/broker.ts';
import { createMemoryHub, type MemoryHub } from '../../shared/broker/memory/memory-hub.ts';
import type { AgentLife } from '../../shared/inspection/agent-life.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../../shared/inspection/retry-policy.ts';
import type { BlockRecord } from '../../shared/measurement/block.ts';
import type { ClaimReply, Trial } from '../../shared/protocol/claim-message.ts';
import type { Failure } from '../../shared/protocol/common.ts';
import type { OfferMessage } from '../../shared/protocol/offer-message.ts';
import type { QueueName } from '../../shared/protocol/subjects.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { uuidIds } from '../../shared/runtime/ids.ts';
import { silentLogger } from '../../shared/runtime/logger.ts';
import { baselineName, candidateName, fakeStack } from './fake-stack.ts';
import { createMigratedDatabase } from './migrated-database.ts';
import { blockOf } from './trial-blocks.ts';

export const SNAPSHOT = `sha256:${'0'.repeat(64)}`;
export const TARGET = 'linux_x86_64-cp311';
export const LEASE_MS = 90_000;

/** How many stacks the world's only project has, besides those that serve as baselines. */
export interface WorldOptions {
  readonly candidates?: number;
  readonly baselines?: number;
  readonly policy?: Partial<RetryPolicy>;
  readonly maximumConnections?: number;
}

export interface Grant {
  readonly agentId: string;
  readonly jobId: string;
  readonly epoch: number;
  readonly trial: Trial;
}

export interface World {
  readonly pool: Pool;
  readonly url: string;
  readonly hub: MemoryHub;
  readonly broker: CoordinatorBroker;
  readonly feeder: FeederDependencies;
  readonly policy: RetryPolicy;
  /** Queues of which the feeder has woken somebody. */
  readonly woken: string[];
  /** Streams that were opened, in order. */
  readonly opened: StreamRequest[];
  addAgent(options?: { lanes?: readonly string[]; state?: string; online?: boolean }): Promise<string>;
  createCampaign(changes?: Record<string, unknown>): Promise<string>;
  feed(): ReturnType<typeof feedOnce>;
  takeOffer(queue?: Partial<QueueName>): Promise<OfferMessage | null>;
  claim(agentId: string, jobId: string, offerSequence?: number, life?: AgentLife): Promise<ClaimReply>;
  /** Takes an offer and claims its job; fails when there is none or when it is refused. */
  work(agentId: string, queue?: Partial<QueueName>, life?: AgentLife): Promise<Grant>;
  record(agentId: string, message: TrialMessage): Promise<Recorded>;
  /** Reports a whole trial in which everything went well, but for the failures given. */
  complete(grant: Grant, failures?: readonly { stackId: string; failure: Failure }[]): Promise<Recorded>;
  /** Moves everything that the database remembers into the past. */
  letTimePass(ms: number): Promise<void>;
  rows<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** As of a uniform stream over the world's candidates. */
export function originOf(position: number, candidates: number): SampledFrom {
  const log10DrawProbability = 0 - Math.log10(candidates);
  return {
    strategy: 'uniform',
    seed: '1',
    position,
    index: String(position),
    log10DrawProbability,
    log10InclusionProbability: null,
    isEstimate: false,
  };
}

function openFakeStream(
  request: StreamRequest,
  options: Required<Pick<WorldOptions, 'candidates' | 'baselines'>>,
) {
  let position = typeof request.cursor === 'number' ? request.cursor : 0;
  const isBaseline = request.purpose === 'baselines';
  const stream: LockedStackStream = {
    next: async () => {
      await Promise.resolve();
      const limit = isBaseline ? options.baselines : options.candidates;
      if (position >= limit) return null;
      position += 1;
      const name = isBaseline ? baselineName(position - 1) : candidateName(position - 1);
      return fakeStack(request.environment, name);
    },
    get cursor() {
      return position;
    },
    get sampledFrom() {
      return isBaseline || position === 0 ? null : originOf(position - 1, options.candidates);
    },
  };
  return stream;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const database = await createMigratedDatabase({ maximumConnections: options.maximumConnections ?? 4 });
  const { pool } = database;
  await pool.query(
    `insert into knowledge_snapshots (id, source, header, projects, releases) values ($1, 'import', '{}', 1, 1)`,
    [SNAPSHOT],
  );
  const hub = createMemoryHub({ clock: systemClock });
  const broker = hub.connect();
  await broker.ensureTopology();
  const policy: RetryPolicy = { ...DEFAULT_RETRY_POLICY, backoffBaseMs: 0, ...options.policy };
  const space = { candidates: options.candidates ?? 100, baselines: options.baselines ?? 3 };
  const opened: StreamRequest[] = [];
  const woken: string[] = [];
  const openStream = async (request: StreamRequest): Promise<LockedStackStream> => {
    await Promise.resolve();
    opened.push(request);
    return openFakeStream(request, space);
  };
  const servesEnvironment = () => ({ eligible: true }) as const;
  const feeder: FeederDependencies = {
    pool,
    broker,
    ids: uuidIds(systemClock),
    logger: silentLogger,
    openStream,
    servesEnvironment,
    encodeOffer: (offer) => Buffer.from(JSON.stringify(offer)),
    wake: async (queue) => {
      await Promise.resolve();
      woken.push(`${queue.lane}.${queue.target}`);
    },
  };
  const recording = { pool, policy, random: () => 0.5 };
  const claim = (agentId: string, jobId: string, offerSequence = 1, life?: AgentLife): Promise<ClaimReply> =>
    claimJob(
      { pool, leaseMs: LEASE_MS, servesEnvironment, indexAccess: async () => Promise.resolve([]) },
      agentId,
      { jobId, offerSequence, hardwareDigest: 'hardware', ...(life === undefined ? {} : { life }) },
    );
  const takeOffer = async (queue: Partial<QueueName> = {}): Promise<OfferMessage | null> => {
    const taken = await broker.takeOffer({ lane: 'any', target: TARGET, priority: 1, ...queue });
    await taken?.ack();
    return taken === null ? null : (JSON.parse(Buffer.from(taken.body).toString()) as OfferMessage);
  };
  const record = (agentId: string, message: TrialMessage): Promise<Recorded> =>
    recordTrialMessage(recording, agentId, message);
  return {
    pool,
    url: database.url,
    hub,
    broker,
    feeder,
    policy,
    woken,
    opened,
    takeOffer,
    claim,
    record,
    feed: () => feedOnce(feeder),
    addAgent: ({ lanes = ['any'], state = 'active', online = true } = {}) =>
      addAgent(pool, { lanes, state, online }),
    createCampaign: async (changes = {}) => {
      const request = {
        name: 'question',
        requirements: ['thing'],
        sampling: { count: 6 },
        benchmarks: [{ indicator: 'matmul' }],
        trial: { stacks: 3, blocks: 4 },
        ...changes,
      };
      return (await createCampaign(feeder, request, SNAPSHOT)).id;
    },
    work: async (agentId, queue, life) => {
      const offer = await takeOffer(queue);
      if (offer === null) throw new Error('no offer');
      const reply = await claim(agentId, offer.jobId, offer.offerSequence, life);
      if (reply.verdict !== 'granted') throw new Error(`refused: ${reply.refusal}`);
      return { agentId, jobId: reply.jobId, epoch: reply.epoch, trial: reply.trial };
    },
    complete: async (grant, failures = []) => await completeTrial(record, grant, failures),
    letTimePass: async (ms) => {
      const shift = `- make_interval(secs => ${ms / 1000})`;
      await pool.query(
        `update jobs set lease_ends_at = lease_ends_at ${shift}, not_before = not_before ${shift},
           last_offer_at = last_offer_at ${shift}, claimed_at = claimed_at ${shift},
           created_at = created_at ${shift}`,
      );
      await pool.query(`update queues set needed_at = needed_at ${shift}`);
    },
    rows: async <Row>(sql: string, values: readonly unknown[] = []) =>
      (await pool.query(sql, [...values])).rows as Row[],
    close: async () => {
      await broker.close();
      await database.drop();
    },
  };
}

async function addAgent(
  pool: Pool,
  { lanes, state, online }: { lanes: readonly string[]; state: string; online: boolean },
): Promise<string> {
  const id = randomUUID();
  await pool.query(
    `insert into agents (id, name, lab, public_key, admin_state, fingerprint, hardware_digest, hardware_epoch, last_seen_at)
     values ($1, $2, 'lab', $2, $3, '{}', 'hardware', 1, case when $4 then clock_timestamp() + interval '1 hour' end)`,
    [id, `agent-${id}`, state, online],
  );
  for (const lane of lanes) {
    await pool.query('insert into agent_lanes (agent_id, lane, eligible) values ($1, $2, true)', [id, lane]);
  }
  return id;
}

async function completeTrial(
  record: World['record'],
  { agentId, jobId, epoch, trial }: Grant,
  failures: readonly { stackId: string; failure: Failure }[],
): Promise<Recorded> {
  const heading = { jobId, epoch };
  const broken = new Set(failures.map(({ stackId }) => stackId));
  const isBaselineBroken = trial.baseline !== null && broken.has(trial.baseline.stack_id);
  const measured = trial.candidates.filter(({ stack_id: id }) => !broken.has(id) && !isBaselineBroken);
  for (let n = 0; n < trial.blocks; n++) {
    const block: BlockRecord = blockOf(n, trial.baseline, measured);
    await record(agentId, { kind: 'block', body: { ...heading, n, block } });
  }
  return await record(agentId, {
    kind: 'end',
    body: {
      ...heading,
      n: 0,
      ending: 'completed',
      reason: null,
      failures: failures.map((failure) => ({ benchmark: 'matmul', ...failure })),
      sent: { builds: 0, blocks: trial.blocks },
      hardwareDigest: 'hardware',
      startedAt: '2026-01-01T00:00:00Z',
      finishedAt: '2026-01-01T00:10:00Z',
    },
  });
}
