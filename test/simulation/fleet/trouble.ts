// What goes wrong in a simulated fleet, one thing after the other, until it is left in peace.
import { cancelJob } from '../../../coordinator/inspections/cancel-job.ts';
import { pauseCampaign, resumeCampaign } from '../../../coordinator/campaign/change-state.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { MemoryHub } from '../../../shared/broker/memory/memory-hub.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import type { Random } from '../../../shared/runtime/random.ts';
import type { MemoryDatabase } from '../../support/memory-database/memory-database.ts';
import type { Scenario } from './scenario.ts';
import type { SimulatedMachine } from './simulated-machine.ts';
import type { Trace } from './trace.ts';

/** What trouble has power over. */
export interface Victims {
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly random: Random;
  readonly hub: MemoryHub;
  readonly database: MemoryDatabase;
  readonly machines: readonly SimulatedMachine[];
  readonly trace: Trace;
  readonly campaignId: () => string | null;
  killCoordinator(): void;
  startCoordinator(): void;
  setDatabaseDown(isDown: boolean): void;
  jumpDatabaseClock(byMs: number): void;
}

type Trouble = (victims: Victims, machine: SimulatedMachine) => Promise<void>;

/** Each begins, lasts, and ends by itself. Weights: how often it is drawn. */
const TROUBLES: readonly (readonly [name: string, weight: number, trouble: Trouble])[] = [
  ['machine killed', 6, killMachine],
  ['process stopped', 5, (victims, machine) => pauseMachine(victims, machine, 'stopped')],
  [
    'machine suspended',
    4,
    async (victims, machine) => {
      if (victims.scenario.mayDeceiveClocks) await pauseMachine(victims, machine, 'suspended');
    },
  ],
  ['broker restarted', 4, async ({ hub }) => Promise.resolve(hub.restart())],
  ['broker wiped', 2, async ({ hub }) => Promise.resolve(hub.wipe())],
  ['broker away', 3, brokerAway],
  ['coordinator killed', 4, coordinatorKilled],
  ['database away', 3, databaseAway],
  ['wall clock set', 2, setWallClock],
  ['disk full', 2, fillDisk],
  ['campaign paused', 1, pauseForAWhile],
  ['job cancelled', 1, cancelSome],
  [
    'database clock set',
    1,
    async (victims) => {
      if (victims.scenario.mayDeceiveClocks) {
        const furthestMs = victims.random.nextBelow(2) === 0 ? 120_000 : 10_800_000;
        victims.jumpDatabaseClock(victims.random.nextBelow(2 * furthestMs) - furthestMs);
      }
      await Promise.resolve();
    },
  ],
];
const TOTAL_WEIGHT = TROUBLES.reduce((sum, [, weight]) => sum + weight, 0);

/** Resolves when the time of trouble is over; what has begun by then still ends by itself. */
export async function makeTrouble(victims: Victims): Promise<void> {
  const { scenario, clock, random, machines, trace } = victims;
  const endMs = clock.monotonicMs() + scenario.troubleMs;
  for (;;) {
    await clock.sleep(random.nextBelow(2 * scenario.calmMs));
    if (clock.monotonicMs() >= endMs) return;
    const machine = machines[random.nextBelow(machines.length)];
    const [name, trouble] = drawTrouble(random);
    if (machine === undefined) continue;
    trace.note('trouble:', name, machine.agentId);
    void trouble(victims, machine).catch((error: unknown) => trace.note('trouble failed', String(error)));
  }
}

function drawTrouble(random: Random): readonly [string, Trouble] {
  let draw = random.nextBelow(TOTAL_WEIGHT);
  for (const [name, weight, trouble] of TROUBLES) {
    if (draw < weight) return [name, trouble];
    draw -= weight;
  }
  throw new Error('the weights do not add up');
}

async function killMachine({ clock, random }: Victims, machine: SimulatedMachine): Promise<void> {
  machine.kill();
  await clock.sleep(random.nextBelow(150_000));
  machine.start();
}

async function pauseMachine(
  { clock, random }: Victims,
  machine: SimulatedMachine,
  how: 'stopped' | 'suspended',
): Promise<void> {
  const life = machine.life();
  if (life === null || life.isPaused()) return;
  life.pause(how);
  await clock.sleep(1000 + random.nextBelow(300_000));
  life.resume();
}

async function brokerAway({ hub, clock, random }: Victims): Promise<void> {
  hub.stop();
  await clock.sleep(random.nextBelow(120_000));
  hub.start();
}

async function coordinatorKilled(victims: Victims): Promise<void> {
  victims.killCoordinator();
  await victims.clock.sleep(victims.random.nextBelow(120_000));
  victims.startCoordinator();
}

async function databaseAway(victims: Victims): Promise<void> {
  victims.setDatabaseDown(true);
  await victims.clock.sleep(victims.random.nextBelow(90_000));
  victims.setDatabaseDown(false);
}

async function setWallClock({ random }: Victims, machine: SimulatedMachine): Promise<void> {
  machine.life()?.jumpWallClock(random.nextBelow(7_200_000) - 3_600_000);
  await Promise.resolve();
}

async function fillDisk({ clock, random }: Victims, { disk }: SimulatedMachine): Promise<void> {
  disk.setFull(true);
  await clock.sleep(random.nextBelow(120_000));
  disk.setFull(false);
}

async function pauseForAWhile({ database, clock, random, campaignId }: Victims): Promise<void> {
  const campaign = campaignId();
  if (campaign === null) return;
  const { pool } = database.connect();
  await untilDone(clock, () => pauseCampaign(pool, campaign));
  await clock.sleep(random.nextBelow(60_000));
  await untilDone(clock, () => resumeCampaign(pool, campaign));
}

async function cancelSome({ scenario, database, random, clock }: Victims): Promise<void> {
  if (!scenario.mayCancel) return;
  const ids = [...database.tables.jobs.keys()];
  const id = ids[random.nextBelow(Math.max(1, ids.length))];
  if (id !== undefined) await untilDone(clock, () => cancelJob(database.connect().pool, id));
}

/** A person tries again while the database is away. */
async function untilDone(clock: Clock, work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      const isAway = error instanceof TroopError && error.code === 'TROOP-1601';
      if (!isAway) return;
      await clock.sleep(5000);
    }
  }
}
