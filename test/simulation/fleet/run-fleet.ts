// One simulated fleet from its seed to its end: the same seed is the same run, event by event.
import { createCampaign } from '../../../coordinator/campaign/create-campaign.ts';
import { cachedAgentKeys } from '../../../coordinator/wire/agent-keys.ts';
import { createMemoryHub } from '../../../shared/broker/memory/memory-hub.ts';
import type { AgentLife } from '../../../shared/inspection/agent-life.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import { uuidIds, type Ids } from '../../../shared/runtime/ids.ts';
import { seededRandom, type Random } from '../../../shared/runtime/random.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import {
  createMemoryDatabase,
  type MemoryDatabase,
  type StoreFault,
} from '../../support/memory-database/memory-database.ts';
import type { KeyRing } from './key-ring.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import {
  startCoordinator,
  type CoordinatorOptions,
  type RunningCoordinator,
} from './simulated-coordinator.ts';
import { createMachine, type SimulatedMachine } from './simulated-machine.ts';
import { streamOf } from './simulated-stream.ts';
import { createTrace, type Trace } from './trace.ts';
import { makeTrouble } from './trouble.ts';
import { brokenPromises, isOver } from './verdict.ts';

export interface FleetRun {
  readonly seed: string;
  /** Of everything that happened, in order. */
  readonly digest: string;
  readonly events: number;
  /** Empty when all is well. */
  readonly broken: readonly string[];
  readonly scenario: Scenario;
  readonly lastEvents: readonly string[];
  readonly simulatedMs: number;
  readonly staleMessages: number;
  /** Holds that ended because their agent was started again. */
  readonly earlierHolds: number;
  readonly epochs: number;
}

const TARGET = 'linux_x86_64-cp311';
const STEP_MS = 20_000;
/** Left in peace, a fleet is done well before: 20 attempts, each with the longest wait before it. */
const PATIENCE_MS = 6 * 3_600_000;
const NO_FAULTS = { loss: 0, doubling: 0, reorder: 0, delayMs: 0 };

export async function runFleet(seed: string, keys: KeyRing): Promise<FleetRun> {
  const scenario = drawScenario(seed);
  const clock = createFakeClock(undefined, 1);
  const startMs = clock.monotonicMs();
  const trace = createTrace(() => clock.nowMs());
  const fleet = buildFleet({ scenario, clock, keys, trace });
  const { tables } = fleet.database;
  for (const machine of fleet.machines) machine.start();
  fleet.startCoordinator();
  let isPeaceful = false;
  void makeTrouble(fleet).then(() => {
    isPeaceful = true;
    fleet.leaveInPeace();
  });
  const mostMs = scenario.troubleMs + PATIENCE_MS;
  while (clock.monotonicMs() - startMs < mostMs) {
    await clock.advance(STEP_MS);
    if (isPeaceful && isOver({ tables, machines: fleet.machines })) break;
  }
  fleet.end();
  const broken = [...fleet.objections, ...brokenPromises({ ...fleet, tables })];
  return {
    seed,
    scenario,
    broken,
    digest: trace.digest(),
    events: trace.events,
    lastEvents: trace.tail,
    simulatedMs: clock.monotonicMs() - startMs,
    staleMessages: tables.stale.size,
    earlierHolds: fleet.earlierHolds.length,
    epochs: tables.claims.size,
  };
}

interface FleetParts {
  readonly scenario: Scenario;
  readonly clock: FakeClock;
  readonly keys: KeyRing;
  readonly trace: Trace;
}

/** Random sources for different purposes do not disturb each other. */
const randomFor = ({ seed }: Scenario, purpose: string): Random =>
  seededRandom(`simulation/${seed}/${purpose}`);

const seededIds = (clock: Clock, random: Random): Ids =>
  uuidIds(clock, (count) => Uint8Array.from({ length: count }, () => random.nextUint32() & 0xff));

function buildFleet(parts: FleetParts) {
  const { scenario, clock, keys, trace } = parts;
  const objections: string[] = [];
  const earlierHolds: string[] = [];
  const said = new Set<string>();
  const database = openDatabase(parts);
  const hub = createMemoryHub({ clock, seed: scenario.seed, faults: scenario.broker });
  const ids = seededIds(clock, randomFor(scenario, 'ids'));
  const machines = Array.from({ length: scenario.machines }, (_, index): SimulatedMachine => {
    const agentId = ids.next();
    const lanes = scenario.lanes.filter((_lane, position) => position === 0 || index % 2 === 0);
    database.addAgent(agentId, lanes);
    return createMachine({
      agentId,
      scenario,
      clock,
      hub,
      random: randomFor(scenario, `machine/${index}`),
      keys: {
        privateKey: keys.machine(index).privateKey,
        coordinatorPublicKey: keys.coordinator.publicKey,
      },
      nextLife: livesOf(scenario, index, ids),
      onSaid: (messageId) => {
        said.add(`${agentId} ${messageId}`);
        trace.note('said', agentId, messageId);
      },
    });
  });
  const options: CoordinatorOptions = {
    scenario,
    clock: { ...clock, nowMs: database.nowMs },
    hub,
    database: database.store,
    ids,
    random: randomFor(scenario, 'coordinator'),
    privateKey: keys.coordinator.privateKey,
    agentKeys: cachedAgentKeys((agentId) => {
      const index = machines.findIndex((machine) => machine.agentId === agentId);
      const pem = keys.machine(index).publicKey.export({ type: 'spki', format: 'pem' });
      return Promise.resolve(pem.toString());
    }),
    openStream: streamOf(scenario.stacks, 4),
    queuesOf: (agentId) =>
      (database.store.tables.agents.get(agentId)?.lanes ?? [])
        .toReversed()
        .map((lane) => ({ lane, target: TARGET, priority: 1 })),
    onEarlierHold: ({ agentId, jobId, epoch }) => {
      earlierHolds.push(jobId);
      trace.note('earlier hold ended', agentId, jobId, epoch);
    },
    onClaim: (agentId, jobId, reply) => {
      trace.note('claim', agentId, jobId, reply.verdict === 'granted' ? reply.epoch : reply.refusal);
      if (reply.verdict === 'granted' && !scenario.mayDeceiveClocks) {
        objections.push(...otherHolders(machines, agentId, jobId));
      }
    },
    onRecorded: (agentId, recorded) => {
      trace.note('recorded', agentId, recorded.id, 'reason' in recorded ? recorded.reason : recorded.stored);
    },
    onLetter: (reason) => objections.push(`a message could not be read: ${reason}`),
    onDefect: (what) => objections.push(`a defect: ${what}`),
  };
  const seen = { trace, said, objections, earlierHolds };
  return { scenario, clock, hub, machines, ...seen, ...commanded(options, database) };
}

/** Now and then the state folder has been wiped or restored, and one agent in six is too old to know of lives. */
function livesOf(scenario: Scenario, index: number, ids: Ids): () => AgentLife | null {
  const random = randomFor(scenario, `lives/${index}`);
  if (random.nextBelow(6) === 0) return () => null;
  let life: AgentLife | null = null;
  return () => {
    const goesOn = life !== null && random.nextBelow(10) > 0;
    life = goesOn && life !== null ? { ...life, number: life.number + 1 } : { series: ids.next(), number: 1 };
    return life;
  };
}

/** Nobody else may believe to hold a job when it is granted. */
function otherHolders(
  machines: readonly SimulatedMachine[],
  agentId: string,
  jobId: string,
): readonly string[] {
  return machines.flatMap((machine) => {
    const hold = machine.hold();
    if (machine.agentId === agentId || hold?.jobId !== jobId) return [];
    const isAwake = machine.life()?.isPaused() === false;
    const believes = hold.signal === null || !hold.signal.aborted;
    return isAwake && believes ? [`${jobId} was granted while ${machine.agentId} believed to hold it`] : [];
  });
}

interface SimulatedStore {
  readonly store: MemoryDatabase;
  readonly nowMs: () => number;
  addAgent(agentId: string, lanes: readonly string[]): void;
  setDown(isDown: boolean): void;
  jumpClock(byMs: number): void;
  leaveInPeace(): void;
}

function openDatabase({ scenario, clock }: FleetParts): SimulatedStore {
  const random = randomFor(scenario, 'database');
  let isDown = false;
  let isPeaceful = false;
  let offsetMs = 0;
  const nowMs = (): number => clock.nowMs() + offsetMs;
  const fault = (): StoreFault => {
    if (isDown) return 'broken';
    if (isPeaceful || random.nextFloat() >= scenario.storeFaults) return 'none';
    return random.nextBelow(2) === 0 ? 'broken' : 'reply lost';
  };
  const takeTime = async (): Promise<void> => {
    const isSlow = !isPeaceful && random.nextFloat() < scenario.slowStore;
    if (isSlow) await clock.sleep(random.nextBelow(3000));
  };
  const store = createMemoryDatabase({ clock: { nowMs }, fault, takeTime });
  return {
    store,
    nowMs,
    addAgent: (id, lanes) => {
      const agent = { id, admin_state: 'active', hardware_digest: 'hardware', lanes };
      store.tables.insert(store.tables.agents, id, agent);
      store.tables.commit();
    },
    setDown: (now) => {
      isDown = now;
    },
    jumpClock: (byMs) => {
      offsetMs += byMs;
    },
    leaveInPeace: () => {
      isPeaceful = true;
    },
  };
}

/** The coordinator that runs now, and what trouble may do to it and its database. */
function commanded(options: CoordinatorOptions, database: SimulatedStore) {
  const { hub, scenario } = options;
  let running: RunningCoordinator | null = null;
  let campaignId: string | null = null;
  const makeCampaign = async (coordinator: RunningCoordinator): Promise<void> => {
    while (campaignId === null) {
      try {
        const parts = { ...options, pool: coordinator.client.pool };
        campaignId = (await createCampaign(parts, requestOf(scenario), 'snapshot')).id;
        coordinator.kick();
      } catch {
        await coordinator.life.clock.sleep(5000);
      }
    }
  };
  return {
    database: database.store,
    random: randomFor(scenario, 'trouble'),
    campaignId: () => campaignId,
    killCoordinator: () => {
      running?.kill();
      running = null;
    },
    startCoordinator: () => {
      if (running !== null) return;
      running = startCoordinator(options);
      void makeCampaign(running);
    },
    setDatabaseDown: (isDown: boolean) => database.setDown(isDown),
    jumpDatabaseClock: (byMs: number) => database.jumpClock(byMs),
    leaveInPeace: () => {
      hub.setFaults(NO_FAULTS);
      database.leaveInPeace();
    },
    end: () => running?.kill(),
  };
}

const requestOf = ({ lanes, stacks, stacksPerTrial, blocks, hasBaseline }: Scenario): object => ({
  name: 'question',
  requirements: ['thing'],
  lanes,
  baseline: hasBaseline ? 'latest' : 'none',
  sampling: { strategy: 'uniform', count: stacks },
  benchmarks: [{ indicator: 'hello' }],
  trial: { stacks: stacksPerTrial, blocks },
});
