// The coordinator of the simulated fleet: its own loops, answers and intake, on a database in memory; life after life.
import type { KeyObject } from 'node:crypto';
import { feedOnce } from '../../../coordinator/campaign/feeder.ts';
import { startLoop, type Loop } from '../../../coordinator/campaign/pass-loop.ts';
import { reconcileOnce } from '../../../coordinator/campaign/reconciler.ts';
import type { OpenStream } from '../../../coordinator/campaign/stack-stream.ts';
import { claimJob } from '../../../coordinator/inspections/claim-job.ts';
import { endEarlierHold } from '../../../coordinator/inspections/end-earlier-hold.ts';
import { expireLeases } from '../../../coordinator/inspections/expire-leases.ts';
import type { LostLease } from '../../../coordinator/inspections/lose-hold.ts';
import { recordTrialMessage } from '../../../coordinator/inspections/record-trial-message.ts';
import type { Recorded } from '../../../coordinator/inspections/recorded.ts';
import { rejectTrialMessage } from '../../../coordinator/inspections/reject-trial-message.ts';
import { renewLease } from '../../../coordinator/inspections/renew-lease.ts';
import { createClockWatch } from '../../../coordinator/inspections/watch-clock.ts';
import { isDataError } from '../../../coordinator/store/store-error.ts';
import type { AgentKeys } from '../../../coordinator/wire/agent-keys.ts';
import { answerRequests } from '../../../coordinator/wire/answer-requests.ts';
import { createControlSender, type ControlSender } from '../../../coordinator/wire/control-sender.ts';
import { deadLettersIn } from '../../../coordinator/wire/dead-letters.ts';
import { ingestMessages } from '../../../coordinator/wire/ingest-messages.ts';
import type { CoordinatorBroker } from '../../../shared/broker/broker.ts';
import type { MemoryHub } from '../../../shared/broker/memory/memory-hub.ts';
import type { AgentLife } from '../../../shared/inspection/agent-life.ts';
import type { ClaimReply } from '../../../shared/protocol/claim-message.ts';
import { seal } from '../../../shared/protocol/envelope.ts';
import type { QueueName } from '../../../shared/protocol/subjects.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import type { Ids } from '../../../shared/runtime/ids.ts';
import { silentLogger, type Logger } from '../../../shared/runtime/logger.ts';
import type { Random } from '../../../shared/runtime/random.ts';
import type { MemoryClient, MemoryDatabase } from '../../support/memory-database/memory-database.ts';
import { createLife, type MachineLife } from './machine-life.ts';
import type { Scenario } from './scenario.ts';
import { rethrow } from '../../support/rethrow.ts';

export const LEASE_MS = 90_000;
const FEED_MS = 15_000;
const REAP_MS = 5000;
const RECONCILE_MS = 30_000;

export interface CoordinatorOptions {
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly random: Random;
  readonly hub: MemoryHub;
  readonly database: MemoryDatabase;
  readonly ids: Ids;
  readonly privateKey: KeyObject;
  readonly agentKeys: AgentKeys;
  readonly openStream: OpenStream;
  /** What a machine is told to serve. */
  readonly queuesOf: (agentId: string) => readonly QueueName[];
  readonly onEarlierHold: (lost: LostLease) => void;
  readonly onClaim: (agentId: string, jobId: string, reply: ClaimReply) => void;
  readonly onRecorded: (agentId: string, recorded: Recorded) => void;
  readonly onLetter: (reason: string) => void;
  /** What only a defect can cause. */
  readonly onDefect: (what: string) => void;
}

export interface RunningCoordinator {
  readonly client: MemoryClient;
  readonly control: ControlSender;
  readonly kick: () => void;
  readonly life: MachineLife;
  /** Ends at once, like a process that was killed. */
  kill(): void;
}

export function startCoordinator(options: CoordinatorOptions): RunningCoordinator {
  const client = options.database.connect();
  const broker = options.hub.connect();
  const life = createLife(options.clock);
  const { ids, privateKey } = options;
  const logger = defectLogger(options.onDefect);
  const control = createControlSender({ broker, privateKey, clock: life.clock, ids, logger });
  const parts: Parts = { ...options, client, broker, control, logger, clock: life.clock };
  const feeder = startFeeder(parts);
  startMinders(parts, feeder);
  void answerWhenReachable(parts, feeder);
  return {
    client,
    control,
    life,
    kick: () => feeder.kick(),
    kill: () => {
      life.kill();
      client.kill();
      void broker.close();
    },
  };
}

interface Parts extends CoordinatorOptions {
  readonly client: MemoryClient;
  readonly broker: CoordinatorBroker;
  readonly control: ControlSender;
  readonly logger: Logger;
}

/** A queue that cannot be fed is logged and not thrown: whatever is no failure of broker or database is a defect. */
function defectLogger(onDefect: CoordinatorOptions['onDefect']): Logger {
  const look = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    const error = fields['err'];
    if (!(error instanceof Error) || /^TROOP-(16|17|1310)/.test(codeOf(error))) return;
    onDefect(`${message}: ${error.message}`);
  };
  return { ...silentLogger, child: () => defectLogger(onDefect), warn: look, error: look };
}

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : '';

function startFeeder(parts: Parts): Loop {
  const { client, broker, openStream, ids, logger, clock, random, privateKey, control } = parts;
  const encodeOffer = (offer: unknown): Uint8Array =>
    seal({ id: ids.next(), cause: null, at: '', from: 'coordinator', kind: 'offer' }, offer, privateKey);
  return startLoop({
    name: 'feeder',
    clock,
    logger,
    random: () => random.nextFloat(),
    intervalMs: FEED_MS,
    pass: async () => {
      await feedOnce({
        pool: client.pool,
        broker,
        encodeOffer,
        openStream,
        ids,
        logger,
        servesEnvironment: () => ({ eligible: true }),
        wake: async (_queue, agentIds) => {
          await Promise.all(agentIds.map((agentId) => control.wake(agentId)));
        },
      });
    },
  });
}

function startMinders(parts: Parts, feeder: Loop): void {
  const { client, broker, clock, random, logger, scenario } = parts;
  const common = { clock, logger, random: () => random.nextFloat() };
  const recording = { pool: client.pool, policy: scenario.policy, random: common.random };
  // Setting a clock is part of the play here, and no defect.
  const watched = { ...recording, leaseMs: LEASE_MS, clock, logger: silentLogger };
  const watch = createClockWatch(watched);
  startLoop({
    ...common,
    name: 'reaper',
    intervalMs: REAP_MS,
    pass: async () => {
      const { letGo, mayExpire } = await watch.look();
      if (letGo > 0) feeder.kick();
      if (mayExpire && (await expireLeases(recording, rethrow)).length > 0) feeder.kick();
    },
  });
  startLoop({
    ...common,
    name: 'reconciler',
    intervalMs: RECONCILE_MS,
    pass: async () => {
      const { forgotten } = await reconcileOnce({ pool: client.pool, broker, logger });
      if (forgotten > 0) feeder.kick();
    },
  });
}

async function answerWhenReachable(parts: Parts, feeder: Loop): Promise<void> {
  for (;;) {
    try {
      await answerAgents(parts, feeder);
      return;
    } catch {
      await parts.clock.sleep(2000);
    }
  }
}

async function answerAgents(parts: Parts, feeder: Loop): Promise<void> {
  const { client, broker, scenario, random, logger, agentKeys: keys } = parts;
  const { pool } = client;
  const deadLetters = deadLettersIn((letter) => Promise.resolve(parts.onLetter(letter.reason)));
  await broker.ensureTopology();
  const claiming = {
    pool,
    leaseMs: LEASE_MS,
    servesEnvironment: () => ({ eligible: true }) as const,
    indexAccess: () => Promise.resolve([]),
  };
  const recording = { pool, policy: scenario.policy, random: () => random.nextFloat() };
  const endEarlier = async (agentId: string, life: AgentLife | undefined): Promise<void> => {
    const lost = life && (await endEarlierHold(recording, agentId, life));
    if (!lost) return;
    parts.onEarlierHold(lost);
    feeder.kick();
  };
  await answerRequests({
    ...parts,
    keys,
    deadLetters,
    handlers: {
      claim: async (agentId, request) => {
        await endEarlier(agentId, request.life);
        const reply = await claimJob(claiming, agentId, request);
        parts.onClaim(agentId, request.jobId, reply);
        if (reply.verdict === 'granted') feeder.kick();
        return reply;
      },
      renew: (agentId, request) => renewLease({ pool, leaseMs: LEASE_MS }, agentId, request),
      heartbeat: async (agentId, { life }) => {
        await endEarlier(agentId, life);
        return { queues: [...parts.queuesOf(agentId)], draining: false, wantsFingerprint: false, clock: '' };
      },
    },
  });
  await ingestMessages({
    broker,
    keys,
    deadLetters,
    control: parts.control,
    logger,
    isHopeless: isDataError,
    reject: async (agentId, id, message, reason) => {
      parts.onDefect(`${id} of ${agentId} can never be recorded: ${reason}`);
      await rejectTrialMessage(pool, agentId, id, { message, reason });
    },
    record: async (agentId, _id, message) => {
      parts.onRecorded(agentId, await recordTrialMessage(recording, agentId, message));
      if (message.kind === 'end') feeder.kick();
    },
  });
}
