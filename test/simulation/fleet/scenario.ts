// What one simulated fleet is like and what happens to it: all drawn from its seed.
import type { MemoryFaults } from '../../../shared/broker/memory/faults.ts';
import type { RetryPolicy } from '../../../shared/inspection/retry-policy.ts';
import { seededRandom, type Random } from '../../../shared/runtime/random.ts';

/** What is true of a stack, whatever the fleet says. */
export type StackTruth = 'works' | 'does not build' | 'breaks';

export interface Scenario {
  readonly seed: string;
  readonly machines: number;
  readonly lanes: readonly string[];
  readonly stacks: number;
  readonly stacksPerTrial: number;
  readonly blocks: number;
  readonly hasBaseline: boolean;
  readonly policy: RetryPolicy;
  readonly broker: MemoryFaults;
  /** Chance that a statement or commit breaks, or that its answer is lost. */
  readonly storeFaults: number;
  readonly slowStore: number;
  readonly idlePollMs: number;
  readonly buildMs: number;
  readonly blockMs: number;
  /** Chances per build or block. */
  readonly fleetFailures: number;
  readonly noise: number;
  readonly brokenStacks: number;
  /** For how long things go wrong, and how long it stays calm between two of them, on average. */
  readonly troubleMs: number;
  readonly calmMs: number;
  /** Suspended machines and database clocks that jump make two believe that they hold one job: results are fenced all the same. */
  readonly mayDeceiveClocks: boolean;
  readonly mayCancel: boolean;
}

const pick = <T>(random: Random, ...choices: readonly [T, ...T[]]): T =>
  choices[random.nextBelow(choices.length)] ?? choices[0];

export function drawScenario(seed: string): Scenario {
  const random = seededRandom(`simulation/${seed}/scenario`);
  const isLarge = random.nextBelow(100) === 0;
  const machines = isLarge ? 10 + random.nextBelow(41) : 5 + random.nextBelow(3);
  const lossy = random.nextFloat() < 0.8;
  return {
    seed,
    machines,
    lanes: pick(random, ['any'], ['any'], ['any', 'avx2']),
    stacks: isLarge ? 8 + random.nextBelow(16) : 1 + random.nextBelow(4),
    stacksPerTrial: 1 + random.nextBelow(3),
    blocks: 1 + random.nextBelow(2),
    hasBaseline: random.nextBelow(4) > 0,
    policy: {
      maximumInfraAttempts: pick(random, 3, 5, 50),
      maximumRejections: pick(random, 1, 3),
      maximumEpochs: pick(random, 8, 40, 1000),
      backoffBaseMs: pick(random, 0, 2000, 20_000),
      backoffMaximumMs: 60_000,
    },
    broker: {
      loss: lossy ? random.nextFloat() * 0.15 : 0,
      doubling: lossy ? random.nextFloat() * 0.2 : 0,
      reorder: random.nextFloat() * 0.5,
      delayMs: pick(random, 0, 300, 1500, 6000),
    },
    storeFaults: pick(random, 0, 0.002, 0.01, 0.03),
    slowStore: pick(random, 0, 0.01, 0.05),
    idlePollMs: 10_000 + random.nextBelow(30_000),
    buildMs: 1000 + random.nextBelow(20_000),
    blockMs: pick(random, 3000, 9000, 20_000, 50_000),
    fleetFailures: pick(random, 0, 0, 0.03, 0.1),
    noise: pick(random, 0, 0, 0.05, 0.3),
    brokenStacks: pick(random, 0, 0.1, 0.4),
    troubleMs: 20_000 + random.nextBelow(140_000),
    calmMs: 2000 + random.nextBelow(12_000),
    mayDeceiveClocks: random.nextBelow(3) === 0,
    mayCancel: random.nextBelow(4) === 0,
  };
}

export function truthOf({ seed, brokenStacks }: Scenario, stackId: string): StackTruth {
  const draw = seededRandom(`simulation/${seed}/truth/${stackId}`).nextFloat();
  if (draw >= brokenStacks) return 'works';
  return draw < brokenStacks / 2 ? 'does not build' : 'breaks';
}
