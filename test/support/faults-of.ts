// What is done to one process of a fleet at every moment: it is killed, or it sleeps for longer than a lease.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAllWell, openChaosFleet, type ChaosFleet } from './chaos-campaign.ts';
import { MOMENTS, openMoments, type Moments } from './chaos-moments.ts';
import { startFleet } from './e2e-fleet.ts';
import { killNow, stopAsleep, wakeUp } from './e2e-processes.ts';

const LEASE_MS = 6_000;
const ASLEEP_MS = LEASE_MS + 2_000;

export interface Part {
  readonly name: string;
  pids(chaos: ChaosFleet): Promise<readonly number[]>;
  /** Started again by hand: nobody else does it. */
  readonly isStartedByHand?: boolean;
}

const FAULTS = { killed: 'is killed', asleep: 'sleeps for longer than a lease' } as const;

/** Defines the tests of one part. */
export function faultsOf(part: Part): void {
  let chaos: ChaosFleet;
  let moments: Moments;
  beforeAll(async () => {
    const environment = { TROOP_LEASE_MS: String(LEASE_MS), TROOP_RETRY_BASE_MS: '50' };
    chaos = await openChaosFleet(await startFleet({ environment }));
    moments = await openMoments(chaos);
  });
  afterAll(async () => {
    await moments.close();
    await chaos.close();
    await chaos.fleet.stop();
  });

  async function kill(): Promise<void> {
    const pids = await part.pids(chaos);
    expect(pids.map(killNow)).toContain(true);
    if (part.isStartedByHand) await chaos.fleet.restart();
  }

  async function putAsleep(): Promise<void> {
    const pids = await part.pids(chaos);
    stopAsleep(pids);
    await sleep(ASLEEP_MS);
    wakeUp(pids);
  }

  const cases = MOMENTS.flatMap((moment) =>
    (['killed', 'asleep'] as const).map(
      (fault) => [`${moment} ${part.name} ${FAULTS[fault]}`, moment, fault] as const,
    ),
  );
  test.each(cases)('%s', async (_, moment, fault) => {
    const campaign = `${fault} ${moment}`.replaceAll(' ', '-');
    const reached = await moments.reach(moment, campaign);
    await (fault === 'killed' ? kill() : putAsleep());
    reached.letGo();
    await expectAllWell(chaos, campaign, reached.stacks);
  });
}
