// The interval must hold what it says on the noise that machines make: seeded simulation of the estimate itself.
import { describe, expect, it } from 'vitest';
import { halfWidth, trimmedMean } from '../../../shared/measurement/trimmed-mean.ts';
import { seededRandom, type Random } from '../../../shared/runtime/random.ts';

const EXPERIMENTS = 4000;
const TRUTH = Math.log(1.05);

const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.nextFloat())) * Math.cos(2 * Math.PI * random.nextFloat());

/** Log ratios of a block in a quiet room, in one with spikes on either side, and in one with two modes. */
const noises: Readonly<Record<string, (random: Random) => number>> = {
  quiet: (random) => 0.01 * normal(random),
  spiky: (random) =>
    0.01 * normal(random) + (random.nextFloat() < 0.15 ? 0.25 * (random.nextBelow(2) * 2 - 1) : 0),
  heavy: (random) => (0.01 * normal(random)) / Math.sqrt((normal(random) ** 2 + normal(random) ** 2) / 2),
  // Each arm's launch falls into a fast or a slow mode, such as two layouts of memory.
  bimodal: (random) => 0.007 * normal(random) + 0.02 * (random.nextBelow(2) - random.nextBelow(2)),
};

function coverage(noise: (random: Random) => number, blocks: number, seed: string): number {
  const random = seededRandom(seed);
  let covered = 0;
  for (let experiment = 0; experiment < EXPERIMENTS; experiment++) {
    const estimate = trimmedMean(Array.from({ length: blocks }, () => TRUTH + noise(random)));
    if (Math.abs(estimate.location - TRUTH) <= halfWidth(estimate, 0.95)) covered += 1;
  }
  return covered / EXPERIMENTS;
}

describe('the 95 % interval', () => {
  const cells = Object.keys(noises).flatMap((name) => [5, 8, 12, 20].map((blocks) => ({ name, blocks })));

  it.each(cells)('covers the truth on $name noise with $blocks blocks', ({ name, blocks }) => {
    const seen = coverage(noises[name] ?? (() => 0), blocks, `${name}/${blocks}`);
    // 0.93 is 95 % less what 20 % trimming of very few values costs, and three standard errors of the simulation.
    expect(seen).toBeGreaterThan(0.93);
    expect(seen).toBeLessThanOrEqual(1);
  });
});
