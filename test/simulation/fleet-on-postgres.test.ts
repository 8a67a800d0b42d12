// A few fleets like those of fleet.test.ts on a real PostgreSQL, where transactions run side by side: the agents with
// their real loops, and a broker that loses, doubles, delays and reorders, is restarted and wiped. Machines are killed
// in the middle of trials. Whatever happens, every inspection is decided, once.
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feedOnce } from '../../coordinator/campaign/feeder.ts';
import { reconcileOnce } from '../../coordinator/campaign/reconciler.ts';
import { endEarlierHold } from '../../coordinator/inspections/end-earlier-hold.ts';
import { expireLeases } from '../../coordinator/inspections/expire-leases.ts';
import { recordTrialMessage } from '../../coordinator/inspections/record-trial-message.ts';
import { renewLease } from '../../coordinator/inspections/renew-lease.ts';
import { isDataError } from '../../coordinator/store/store-error.ts';
import { ingestMessages } from '../../coordinator/wire/ingest-messages.ts';
import type { MemoryFaults } from '../../shared/broker/memory/faults.ts';
import { seal } from '../../shared/protocol/envelope.ts';
import { silentLogger } from '../../shared/runtime/logger.ts';
import { seededRandom, type Random } from '../../shared/runtime/random.ts';
import { createWorld, LEASE_MS, TARGET, type World } from '../support/campaign-world.ts';
import { createFakeClock, settle, type FakeClock } from '../support/fake-clock.ts';
import { createFleetWire, type FleetWire } from '../support/fleet-wire.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts';
import { blockOf } from '../support/trial-blocks.ts';
import { startSimulatedAgent, type SimulatedAgent } from './simulated-agent.ts';
import { rethrow } from '../support/rethrow.ts';

const SEEDS = Array.from({ length: 12 }, (_, index) => `fleet-${index + 1}`);
const MACHINES = 3;
const MAXIMUM_ROUNDS = 400;
// A job that was lost often waits up to 45 minutes for its next attempt (retry-policy.ts); a round is 15 s on average.
const PEACEFUL_ROUNDS = 400;
const FAULTS: MemoryFaults = { loss: 0.05, doubling: 0.1, reorder: 0.3, delayMs: 1500 };

let world: World;
let directory: TemporaryDirectory;

beforeAll(async () => {
  // Machines die by chance here, not through the stack: no job is given up for it.
  world = await createWorld({ policy: { maximumInfraAttempts: 1000, maximumEpochs: 1000 }, candidates: 6 });
  directory = await temporaryDirectory();
}, 60_000);
afterAll(async () => {
  await world.close();
  await directory.remove();
});

interface Fleet {
  readonly clock: FakeClock;
  readonly wire: FleetWire;
  /** Lets a round of time pass everywhere, and the coordinator look after everything. */
  round(): Promise<void>;
  mischief(): Promise<void>;
  stop(): Promise<void>;
}

async function startFleet(seed: string, random: Random): Promise<Fleet> {
  const { pool, policy } = world;
  const clock = createFakeClock();
  const recording = { pool, policy, random: () => random.nextFloat() };
  let underWay = 0;
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    underWay += 1;
    try {
      return await work;
    } finally {
      underWay -= 1;
    }
  };
  const wire = await createFleetWire({
    clock,
    seed,
    handlers: {
      claim: (agentId, { jobId, offerSequence, life }) =>
        counted(
          (async () => {
            if (life !== undefined) await endEarlierHold(recording, agentId, life);
            return await world.claim(agentId, jobId, offerSequence, life);
          })(),
        ),
      renew: (agentId, request) => counted(renewLease({ pool, leaseMs: LEASE_MS }, agentId, request)),
    },
  });
  const subscriptions = await ingestMessages({
    ...wire,
    logger: silentLogger,
    record: async (agentId, _id, message) => {
      await counted(recordTrialMessage(recording, agentId, message));
    },
    isHopeless: isDataError,
    reject: (agentId, id) => Promise.reject(new Error(`${agentId} sent ${id}, which can never be recorded`)),
  });
  const feeder = {
    ...world.feeder,
    broker: wire.broker,
    encodeOffer: (offer: unknown) =>
      seal({ id: 'offer', cause: null, at: '', from: 'coordinator', kind: 'offer' }, offer, wire.privateKey),
  };

  const machines: {
    readonly id: string;
    readonly series: string;
    lives: number;
    agent: SimulatedAgent | null;
  }[] = [];
  const revive = async (machine: (typeof machines)[number]): Promise<void> => {
    const spoolFolder = join(directory.path, machine.id);
    await mkdir(spoolFolder, { recursive: true });
    machine.lives += 1;
    machine.agent = await startSimulatedAgent({
      end: wire.addAgent(machine.id),
      spoolFolder,
      life: { series: machine.series, number: machine.lives },
      queues: [{ lane: 'any', target: TARGET, priority: 1 }],
      clock,
      random,
      blockOf,
    });
  };
  wire.hub.setFaults(FAULTS);
  for (let count = 0; count < MACHINES; count++) {
    machines.push({ id: await world.addAgent(), series: randomUUID(), lives: 0, agent: null });
  }

  const quiesce = async (): Promise<void> => {
    do await settle(6);
    while (underWay > 0);
  };
  /** What needs the broker takes time on the simulated clock. */
  const withTime = async (work: Promise<unknown>): Promise<void> => {
    let isDone = false;
    void work.catch(() => {}).then(() => (isDone = true));
    for (let waits = 0; !isDone && waits < 2000; waits++) {
      await settle(2);
      if (!isDone && waits % 10 === 9) await clock.advance(100);
    }
  };

  return {
    clock,
    wire,
    round: async () => {
      const startMs = clock.monotonicMs();
      for (const machine of machines) if (machine.agent === null) await withTime(revive(machine));
      await clock.advance(5000 + random.nextBelow(20_000));
      await quiesce();
      await withTime(reconcileOnce({ pool, broker: wire.broker, logger: silentLogger }));
      await withTime(feedOnce(feeder));
      await quiesce();
      await world.letTimePass(clock.monotonicMs() - startMs);
      await pool.query('update queues set needed_at = clock_timestamp()');
      await expireLeases(recording, rethrow);
    },
    mischief: async () => {
      const draw = random.nextBelow(100);
      const machine = machines[random.nextBelow(MACHINES)];
      if (draw < 12) {
        machine?.agent?.kill();
        if (machine !== undefined) machine.agent = null;
      } else if (draw < 20) {
        wire.hub.restart();
      } else if (draw < 24) {
        wire.hub.wipe();
      } else if (draw < 30) {
        wire.hub.stop();
        await clock.advance(random.nextBelow(90_000));
        wire.hub.start();
      }
    },
    stop: async () => {
      for (const { agent } of machines) agent?.kill();
      wire.hub.setFaults({});
      for (const subscription of subscriptions) await withTime(subscription.stop());
      await pool.query(`update agents set admin_state = 'retired'`);
    },
  };
}

interface Decided {
  readonly outcome: string | null;
  readonly decided_times: number;
}

/** Every decision is noted by a trigger, so that one that overwrites another is seen. */
async function watchDecisions(): Promise<void> {
  await world.pool.query(`
    create table decisions (inspection_id uuid not null, outcome text not null);
    create function note_decision() returns trigger language plpgsql as $$
      begin
        if new.outcome is distinct from old.outcome then
          insert into decisions values (new.id, coalesce(new.outcome, 'undone'));
        end if;
        return null;
      end $$;
    create trigger note_decision after update on inspections for each row execute function note_decision();
  `);
}

describe('a fleet under faults', () => {
  beforeAll(watchDecisions);

  it.each(SEEDS)('decides every inspection once (%s)', async (seed) => {
    const random = seededRandom(`simulation/${seed}`);
    const fleet = await startFleet(seed, random);
    const campaign = await world.createCampaign({
      name: seed,
      sampling: { count: 5 },
      trial: { stacks: 3, blocks: 2 },
    });
    const decided = (): Promise<Decided[]> =>
      world.rows<Decided>(
        `select i.outcome, (select count(*)::int from decisions d where d.inspection_id = i.id) as decided_times
           from inspections i where i.campaign_id = $1`,
        [campaign],
      );
    const state = async (): Promise<string | undefined> =>
      (await world.rows<{ state: string }>('select state from campaigns where id = $1', [campaign]))[0]
        ?.state;

    let rounds = 0;
    while ((await state()) === 'running' && rounds < MAXIMUM_ROUNDS) {
      await fleet.round();
      await fleet.mischief();
      rounds += 1;
    }
    // A fleet that is never left in peace may never be done; left in peace, it is.
    fleet.wire.hub.setFaults({});
    while ((await state()) === 'running' && rounds < MAXIMUM_ROUNDS + PEACEFUL_ROUNDS) {
      await fleet.round();
      rounds += 1;
    }
    await fleet.stop();

    expect(await state()).toBe('finished');
    const inspections = await decided();
    expect(inspections.length).toBeGreaterThanOrEqual(5);
    // Two different machines killed in a row over one job: it is given up, for a person to look at.
    const endings = new Set(inspections.map(({ outcome }) => outcome));
    expect([...endings].filter((outcome) => outcome !== 'succeeded' && outcome !== 'lost')).toEqual([]);
    expect(inspections.filter(({ decided_times: times }) => times !== 1)).toEqual([]);
    expect(fleet.wire.letters.map(({ reason }) => reason)).toEqual([]);
  });
});
