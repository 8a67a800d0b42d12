// A campaign over the coordinator's own streams, with made-up results: one version is slow, and what is learned of it is what the
// report says. The default mix names it after fewer inspections than uniform draws, of which the same learner is told.
import { describe, expect, it } from 'vitest';
import { describeFinding, type Finding } from '../../../../coordinator/analysis/describe-finding.ts';
import {
  DEFAULT_LIMITS,
  DEFAULT_PACE,
  type CampaignDefinition,
} from '../../../../coordinator/campaign/definition.ts';
import { snapshotOf } from '../../../../coordinator/knowledge/store/release-lookup.ts';
import { normalNumbers } from '../../../../coordinator/monkey/strategies/normal.ts';
import type { Sampling } from '../../../../coordinator/monkey/strategies/open-sampling.ts';
import type { LearnedResults, StackResult } from '../../../../coordinator/monkey/strategies/strategy.ts';
import { campaignStreams } from '../../../../coordinator/sampling/campaign-streams.ts';
import { noLogs } from '../../../../coordinator/sampling/learned-log.ts';
import { createSamplingEngine, type SamplingEngine } from '../../../../coordinator/sampling/engine.ts';
import type { DrawRequest } from '../../../../coordinator/sampling/streams.ts';
import { seededRandom } from '../../../../shared/runtime/random.ts';
import { makeStack } from '../../../../shared/stack/stack.ts';
import { linux311, release, stackLine } from '../../../support/monkey/knowledge.ts';
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

describe('a baseline that was given', () => {
  const local = snapshotOf(
    `sha256:${'0'.repeat(64)}`,
    { format: 'troop-knowledge', version: 1, created: '2026-01-01T00:00:00Z', indexes: [{ name: 'pip' }] },
    new Map([['torch', ['2.0', '2.0+cpu', '1.0'].map((version) => release('torch', version))]]),
  );
  const packages = [{ name: 'torch', version: '2.0', index: 'pip' }];
  const definition: CampaignDefinition = {
    name: 'torch',
    requirements: ['torch'],
    constraints: [],
    indexes: [{ name: 'pip' }],
    environments: [linux311],
    lanes: ['any'],
    benchmarks: [],
    trial: { stacks: 1, blocks: 8, pace: DEFAULT_PACE },
    limits: DEFAULT_LIMITS,
    allowSdists: false,
    excludeNewer: null,
    priority: 1,
    budget: { machineHours: null },
    continuous: null,
    baseline: { stack: makeStack({ environment: linux311, packages }) },
    sampling: { strategy: 'neighbours', count: 3, seed: '1' },
  };
  const drawn = async (purpose: 'baselines' | 'candidates'): Promise<readonly string[]> => {
    const sampling = createSamplingEngine(async () => Promise.resolve(local), noLogs);
    const stream = await campaignStreams(sampling)({
      definition,
      knowledgeSnapshotId: local.id,
      environment: linux311,
      purpose,
      cursor: null,
    });
    const lines: string[] = [];
    for (let lock = await stream.next(); lock !== null; lock = await stream.next()) {
      lines.push(stackLine(lock));
    }
    return lines;
  };

  it('is that stack and no local build of its versions, for what is measured and for what is drawn near it', async () => {
    expect(await drawn('baselines')).toEqual(['torch==2.0']);
    expect(await drawn('candidates')).toEqual(['torch==2.0+cpu', 'torch==1.0']);
  });
});
