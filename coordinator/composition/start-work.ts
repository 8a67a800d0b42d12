// The coordinator at work: answers agents, takes in what they report, and runs its loops over what main.ts has opened.
import type { KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import type { CoordinatorBroker } from '../../shared/broker/broker.ts';
import type { AgentLife } from '../../shared/inspection/agent-life.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../../shared/inspection/retry-policy.ts';
import { servesEnvironment } from '../../shared/machine/serves-environment.ts';
import type { coordinatorMetrics } from '../../shared/metrics/coordinator-metrics.ts';
import type { Metrics } from '../../shared/metrics/metrics.ts';
import { seal } from '../../shared/protocol/envelope.ts';
import type { OfferMessage } from '../../shared/protocol/offer-message.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import type { Lifecycle } from '../../shared/runtime/lifecycle.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { CoordinatorConfig } from '../config.ts';
import { feedOnce } from '../campaign/feeder.ts';
import { startLoop, type Loop } from '../campaign/pass-loop.ts';
import { reconcileOnce } from '../campaign/reconciler.ts';
import type { OpenStream } from '../campaign/stack-stream.ts';
import { publicKeyOf } from '../fleet/agents.ts';
import { recordHeartbeat } from '../fleet/record-heartbeat.ts';
import { claimJob } from '../inspections/claim-job.ts';
import { endEarlierHold } from '../inspections/end-earlier-hold.ts';
import { expireLeases } from '../inspections/expire-leases.ts';
import type { LostLease } from '../inspections/lose-hold.ts';
import { recordTrialMessage } from '../inspections/record-trial-message.ts';
import { rejectTrialMessage } from '../inspections/reject-trial-message.ts';
import { renewLease } from '../inspections/renew-lease.ts';
import { createClockWatch } from '../inspections/watch-clock.ts';
import { execute, sqlFile } from '../store/sql-file.ts';
import { isDataError } from '../store/store-error.ts';
import { cachedAgentKeys, type AgentKeys } from '../wire/agent-keys.ts';
import { answerRequests, type RequestHandlers } from '../wire/answer-requests.ts';
import { createControlSender, type ControlSender } from '../wire/control-sender.ts';
import { deadLettersIn, type DeadLetters } from '../wire/dead-letters.ts';
import { ingestMessages } from '../wire/ingest-messages.ts';
import type { OpenKnowledge } from './open-knowledge.ts';

export interface WorkParts {
  readonly config: CoordinatorConfig;
  readonly pool: Pool;
  readonly broker: CoordinatorBroker;
  readonly knowledge: OpenKnowledge;
  readonly openStream: OpenStream;
  readonly privateKey: KeyObject;
  readonly metrics: Metrics<keyof typeof coordinatorMetrics>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: () => number;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}

export interface RunningWork {
  readonly control: ControlSender;
  readonly agentKeys: AgentKeys;
  /** Feeds now: a campaign was made or changed. */
  readonly feedNow: () => void;
}

const FEED_MS = 2000;
const REAP_MS = 5000;
const RECONCILE_MS = 10_000;

const saveDeadLetter = sqlFile(import.meta.url, '../wire/save-dead-letter.sql');

export async function startWork(parts: WorkParts): Promise<RunningWork> {
  const { pool, broker, privateKey, clock, ids, logger, lifecycle, metrics } = parts;
  const agentKeys = cachedAgentKeys((agentId) => publicKeyOf(pool, agentId));
  const control = createControlSender({ broker, privateKey, clock, ids, logger });
  const deadLetters = deadLettersIn(async ({ subject, reason, bytes }) => {
    metrics.add('troop_dead_letters_total');
    await execute(pool, saveDeadLetter, [subject, reason, Buffer.from(bytes)]);
  });
  const feeder = startFeeder(parts, control);
  lifecycle.started(feeder);
  const wire = { broker, keys: agentKeys, deadLetters, logger, clock, ids, privateKey, control };
  await answerAgents(parts, wire, feeder);
  startMinders(parts, feeder);
  return { control, agentKeys, feedNow: () => feeder.kick() };
}

function startFeeder(parts: WorkParts, control: ControlSender): Loop {
  const { pool, broker, openStream, ids, logger, clock, random } = parts;
  const encodeOffer = (offer: OfferMessage): Uint8Array => {
    const at = new Date(clock.nowMs()).toISOString();
    return seal(
      { id: ids.next(), cause: null, at, from: 'coordinator', kind: 'offer' },
      offer,
      parts.privateKey,
    );
  };
  const wake = async (_queue: unknown, agentIds: readonly string[]): Promise<void> => {
    await Promise.all(agentIds.map((agentId) => control.wake(agentId)));
  };
  return startLoop({
    name: 'feeder',
    clock,
    logger,
    random,
    intervalMs: FEED_MS,
    pass: async () => {
      const report = await feedOnce({
        pool,
        broker,
        encodeOffer,
        openStream,
        ids,
        logger,
        servesEnvironment,
        wake,
      });
      parts.metrics.add('troop_offers_published_total', report.offered, { result: 'stored' });
    },
  });
}

interface Wire {
  readonly broker: CoordinatorBroker;
  readonly keys: AgentKeys;
  readonly deadLetters: DeadLetters;
  readonly control: ControlSender;
  readonly privateKey: KeyObject;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
}

async function answerAgents(parts: WorkParts, wire: Wire, feeder: Loop): Promise<void> {
  const { pool, metrics, clock, lifecycle, random } = parts;
  const { leaseMs } = parts.config;
  const policy = retryPolicy(parts.config);
  const { indexAccess } = parts.knowledge;
  const endEarlier = async (agentId: string, life: AgentLife | undefined): Promise<void> => {
    const lost = life && (await endEarlierHold({ pool, policy, random }, agentId, life));
    if (lost) noteLost(parts, feeder, [lost], 'an agent was started again while it held a job');
  };
  const handlers: RequestHandlers = {
    claim: async (agentId, request) => {
      const startedMs = clock.monotonicMs();
      await endEarlier(agentId, request.life);
      const reply = await claimJob({ pool, leaseMs, servesEnvironment, indexAccess }, agentId, request);
      metrics.observe('troop_claim_duration_seconds', (clock.monotonicMs() - startedMs) / 1000);
      metrics.add('troop_claims_total', 1, {
        verdict: reply.verdict === 'granted' ? 'granted' : reply.refusal,
      });
      if (reply.verdict === 'granted') feeder.kick();
      return reply;
    },
    renew: async (agentId, request) => {
      const reply = await renewLease({ pool, leaseMs }, agentId, request);
      metrics.add('troop_lease_renewals_total', 1, { verdict: reply.verdict });
      return reply;
    },
    heartbeat: async (agentId, beat) => {
      await endEarlier(agentId, beat.life);
      return await recordHeartbeat(pool, clock, agentId, beat);
    },
  };
  for (const subscription of await answerRequests({ ...wire, handlers })) {
    lifecycle.started({ name: 'answers', stop: () => subscription.stop() });
  }
  const consumers = await ingestMessages({
    ...wire,
    isHopeless: isDataError,
    reject: (agentId, id, message, reason) => {
      metrics.add('troop_trial_messages_total', 1, { kind: message.kind, result: 'unstorable' });
      return rejectTrialMessage(pool, agentId, id, { message, reason });
    },
    record: async (agentId, _id, message) => {
      const startedMs = clock.monotonicMs();
      const recorded = await recordTrialMessage({ pool, policy, random }, agentId, message);
      metrics.observe('troop_trial_message_duration_seconds', (clock.monotonicMs() - startedMs) / 1000);
      metrics.add('troop_trial_messages_total', 1, { kind: message.kind, result: recorded.stored });
      if (message.kind === 'end') feeder.kick();
    },
  });
  for (const consumer of consumers) lifecycle.started({ name: 'ingest', stop: () => consumer.stop() });
}

const retryPolicy = ({ retryBaseMs }: CoordinatorConfig): RetryPolicy => ({
  ...DEFAULT_RETRY_POLICY,
  backoffBaseMs: retryBaseMs,
});

function noteLost(
  { metrics, logger }: WorkParts,
  feeder: Loop,
  lost: readonly LostLease[],
  what: string,
): void {
  metrics.add('troop_lease_expirations_total', lost.length);
  logger.warn({ lost }, what);
  feeder.kick();
}

/** The reaper takes back leases that ran out; the reconciler finds offers that are gone. */
function startMinders(parts: WorkParts, feeder: Loop): void {
  const { pool, broker, clock, random, logger, lifecycle } = parts;
  const policy = retryPolicy(parts.config);
  const { leaseMs } = parts.config;
  const watch = createClockWatch({ pool, policy, leaseMs, clock, logger });
  const reap = async (): Promise<void> => {
    const { letGo, mayExpire } = await watch.look();
    if (letGo > 0) feeder.kick();
    if (!mayExpire) return;
    const expired = await expireLeases({ pool, policy, random }, (err, job) =>
      logger.error({ err, job }, 'a lease could not be taken back'),
    );
    if (expired.length > 0) noteLost(parts, feeder, expired, 'leases ran out');
  };
  const reconcile = async (): Promise<void> => {
    const report = await reconcileOnce({ pool, broker, logger });
    if (report.forgotten > 0) feeder.kick();
  };
  const common = { clock, random, logger };
  lifecycle.started(startLoop({ ...common, name: 'reaper', intervalMs: REAP_MS, pass: reap }));
  lifecycle.started(startLoop({ ...common, name: 'reconciler', intervalMs: RECONCILE_MS, pass: reconcile }));
}
