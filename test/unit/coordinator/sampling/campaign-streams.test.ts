// A campaign over the coordinator's own streams, with made-up results: one version is slow, and what is learned of it is what the
// report says. The default mix names it after fewer inspections than uniform draws, of which the same learner is told.
import { describe, expect, it } from 'vitest';
import { describeFinding, type Finding } from '../../../../coordinator/analysis/describe-finding.ts';
import { normalNumbers } from '../../../../coordinator/monkey/strategies/normal.ts';
import type { Sampling } from '../../../../coordinator/monkey/strategies/open-sampling.ts';
import type { LearnedResults, StackResult } from '../../../../coordinator/monkey/strategies/strategy.ts';
import { createSamplingEngine, type SamplingEngine } from '../../../../coordinator/sampling/engine.ts';
import type { DrawRequest } from '../../../../coordinator/sampling/streams.ts';
import { seededRandom } from '../../../../shared/runtime/random.ts';
import { linux311 } from '../../../support/monkey/knowledge.ts';
import { madeUpSnapshot } from '../../../support/monkey/made-up-snapshot.ts';

const snapshot = madeUpSnapshot(8);

const SLOWDOWN = 1.6;
const NOISE = 0.03;
const MOST = 150;
const AT_ONCE = 3;
/** Draws uniformly, with a learner that listens and never has its turn. */
const UNIFORM: Sampling = {
  mix: [
    { strategy: 'uniform', share: 1 },
    { strategy: 'adaptive', share: 1e-9 },
  ],
};
/** One a run. */
const logs: LearnedResults[][] = [];
const engine = (): SamplingEngine =>
  createSamplingEngine(async () => Promise.resolve(snapshot), {
    tellings: async ({ id, tellings }, from) =>
      Promise.resolve(logs[Number(id)]?.slice(from, tellings) ?? []),
    numbers: async () => Promise.resolve(new Map()),
  });

const requestOf = (sampling: Sampling, seed: string): DrawRequest => ({
  space: {
    snapshotId: snapshot.id,
    requirements: ['suite'],
    constraints: [],
    environment: linux311,
    indexes: ['pip'],
    policy: {},
  },
  sampling,
  seed,
  planned: MOST,
  cursor: null,
});

interface Campaign {
  readonly ids: readonly string[];
  /** Inspections before the report named a version; null when it named none. */
  readonly namedAfter: number | null;
  readonly sentence: string | null;
}

interface Culprit {
  readonly name: string;
  readonly version: string;
}

/** Inspects three stacks at a time until a version is named. `engineFor` gives the engine of the draw after so many stacks. */
async function run(
  request: DrawRequest,
  culprit: Culprit,
  engineFor: (given: number) => SamplingEngine,
): Promise<Campaign> {
  const normal = normalNumbers(seededRandom(`noise/${request.seed}`));
  const log: LearnedResults[] = [];
  const id = String(logs.push(log) - 1);
  const ids: string[] = [];
  let { cursor } = request;
  while (ids.length < MOST) {
    const draw = { ...request, cursor, learned: { id, tellings: log.length } };
    const drawn = await engineFor(ids.length).draw(draw, AT_ONCE);
    if (drawn.finding !== null) {
      const sentence = describeFinding('linux_x86_64-cp311', drawn.finding as unknown as Finding);
      return { ids, namedAfter: ids.length, sentence };
    }
    ({ cursor } = drawn);
    const results = drawn.stacks.map(({ packages }, index): StackResult => {
      const isSlow = packages.some(
        ({ name, version }) => name === culprit.name && version === culprit.version,
      );
      return {
        position: ids.length + index,
        logRatio: (isSlow ? Math.log(SLOWDOWN) : 0) + NOISE * normal(),
      };
    });
    ids.push(...drawn.stacks.map(({ stack_id: id }) => id));
    log.push({ emitted: ids.length, results });
  }
  return { ids, namedAfter: null, sentence: null };
}

/** One stack in eighteen has it. */
const SELDOM: Culprit = { name: 'core', version: '0.7' };
/** One stack in a hundred and forty has it, and what seldom comes without it is not named instead. */
const RARE: Culprit = { name: 'compat', version: '0.0' };

describe('a campaign of the default mix', () => {
  it.each([
    { ...SELDOM, leastNamed: 6 },
    { ...RARE, leastNamed: 4 },
  ])('names $name $version, which is slow, after fewer inspections than uniform draws', async (culprit) => {
    const shared = engine();
    const inspections = { mix: 0, uniform: 0 };
    const sentences: string[] = [];
    for (const seed of ['1', '2', '3', '4', '5', '6']) {
      const mix = await run(requestOf({}, seed), culprit, () => shared);
      const uniform = await run(requestOf(UNIFORM, seed), culprit, () => shared);
      inspections.mix += mix.namedAfter ?? MOST;
      inspections.uniform += uniform.namedAfter ?? MOST;
      sentences.push(...(mix.sentence === null ? [] : [mix.sentence]));
    }
    expect(inspections.mix).toBeLessThan(inspections.uniform);
    expect(sentences.length).toBeGreaterThanOrEqual(culprit.leastNamed);
    for (const sentence of sentences) {
      expect(sentence).toContain(`${culprit.name} ${culprit.version} makes stacks slow`);
    }
  });

  it('gives the same stacks and names the same version when it is taken up again and again', async () => {
    const shared = engine();
    const whole = await run(requestOf({}, '1'), SELDOM, () => shared);
    let current = engine();
    const resumed = await run(requestOf({}, '1'), SELDOM, (given) => {
      if (given % 15 === 0) current = engine();
      return current;
    });
    expect(whole.ids.length).toBeGreaterThan(30);
    expect(resumed).toEqual(whole);
  });
});
