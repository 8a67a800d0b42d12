// A whole fleet in one process, on a fake clock: the coordinator's use cases on a database in memory, five to fifty agents
// with their real loops, and a broker that loses, doubles, delays and reorders. Processes are killed, stopped and
// suspended, broker, database and coordinator go away and come back, disks fill up, clocks jump. Nothing is left to
// chance but by the seed: a run that fails is run again, event by event, with the line that the failure prints.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyRing, type KeyRing } from './fleet/key-ring.ts';
import { runFleet, type FleetRun } from './fleet/run-fleet.ts';

/** More on demand: `TROOP_SIMULATION_SEEDS=100000 npm run simulation`. */
const SEEDS = Number(process.env['TROOP_SIMULATION_SEEDS'] ?? 2000);
const FIRST_SEED = Number(process.env['TROOP_SIMULATION_FIRST'] ?? 1);
/** One seed alone, with its last events. */
const ONLY = process.env['TROOP_SIMULATION_SEED'];
const CHUNK = 250;
const MS_PER_SEED = 4000;

const { stackTraceLimit } = Error;
let keys: KeyRing;

beforeAll(() => {
  keys = createKeyRing();
  // Most errors here are part of the play: nobody reads where they come from.
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

const storyOf = (run: FleetRun, events: number): string =>
  [
    `seed ${run.seed}: ${run.broken.join('; ')}`,
    `again: TROOP_SIMULATION_SEED=${run.seed} npm run simulation`,
    ...run.lastEvents.slice(-events),
  ].join('\n');

async function runAll(seeds: readonly string[]): Promise<readonly FleetRun[]> {
  const runs: FleetRun[] = [];
  for (const seed of seeds) runs.push(await runFleet(seed, keys));
  return runs;
}

const fleetsInTrouble = (): void => {
  const chunks = Array.from({ length: Math.ceil(SEEDS / CHUNK) }, (_, index) => ({
    from: FIRST_SEED + index * CHUNK,
    to: FIRST_SEED + Math.min((index + 1) * CHUNK, SEEDS) - 1,
  }));

  it.each(chunks)(
    'decide everything once, lose nothing, and come to an end: seeds $from to $to',
    async ({ from, to }) => {
      const seeds = Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
      const runs = await runAll(seeds);
      const stories = runs.filter(({ broken }) => broken.length > 0).map((run) => storyOf(run, 10));
      expect(stories.slice(0, 5)).toEqual([]);
      // Trouble was made: trials were lost and done again, and some said so too late.
      const holds = runs.reduce((sum, run) => sum + run.epochs, 0);
      expect(holds).toBeGreaterThan(runs.length);
      const isTooFew = runs.length < CHUNK;
      expect(isTooFew || runs.some(({ staleMessages }) => staleMessages > 0)).toBe(true);
      expect(isTooFew || runs.some(({ earlierHolds }) => earlierHolds > 0)).toBe(true);
    },
    CHUNK * MS_PER_SEED,
  );

  it('give the same run, event by event, for the same seed', async () => {
    const seeds = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'];
    const [first, second] = [await runAll(seeds), await runAll(seeds)];
    expect(first.map(({ digest }) => digest)).toEqual(second.map(({ digest }) => digest));
    expect(new Set(first.map(({ digest }) => digest)).size).toBe(seeds.length);
    expect(first.every(({ events }) => events > 10)).toBe(true);
  });
};

const oneFleetInTrouble = (seed: string): void => {
  it(`seed ${seed}`, async () => {
    const run = await runFleet(seed, keys);
    expect(run.broken.length === 0 ? '' : storyOf(run, run.lastEvents.length)).toBe('');
  });
};

describe('fleets in trouble', () => {
  if (ONLY === undefined) fleetsInTrouble();
  else oneFleetInTrouble(ONLY);
});
