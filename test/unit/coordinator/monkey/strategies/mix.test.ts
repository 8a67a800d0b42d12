// Mixes keep their shares, give no stack twice, and are resumed as if they had never stopped.
import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../../../coordinator/monkey/diagram/compile.ts';
import { openStateSpace } from '../../../../../coordinator/monkey/space/open-state-space.ts';
import { defaultMix } from '../../../../../coordinator/monkey/strategies/default-mix.ts';
import { openMix, type MixPart } from '../../../../../coordinator/monkey/strategies/mix.ts';
import { openSampling } from '../../../../../coordinator/monkey/strategies/open-sampling.ts';
import type {
  SampledFrom,
  SampledStream,
} from '../../../../../coordinator/monkey/strategies/sampled-from.ts';
import { stackAgain } from '../../../../../coordinator/monkey/strategies/stack-again.ts';
import type { JsonValue, StreamOptions } from '../../../../../coordinator/monkey/strategies/strategy.ts';
import { satisfies } from '../../../../../shared/stack/satisfies.ts';
import type { Stack } from '../../../../../shared/stack/stack.ts';
import { linux311, lookupOf, release, requirements } from '../../../../support/monkey/knowledge.ts';
import { madeUpKnowledge } from '../../../../support/monkey/made-up-knowledge.ts';
import { troopErrorOf } from '../../../../support/troop-error-of.ts';

const request = requirements('plots>=0.2');
const space = openStateSpace({
  requirements: request,
  lookup: lookupOf(madeUpKnowledge({ seed: '1', releases: 6 })),
  environment: linux311,
});
/** Five stacks. */
const small = openStateSpace({
  requirements: requirements('top'),
  lookup: lookupOf([
    release('top', '1.0', ['leaf']),
    release('top', '2.0', ['leaf>=2']),
    ...['1.0', '2.0', '3.0'].map((version) => release('leaf', version)),
  ]),
  environment: linux311,
});

const PARTS: readonly MixPart[] = [
  { strategy: 'coverage', share: 3, parameters: { draws: 5 } },
  { strategy: 'uniform', share: 5 },
  { strategy: 'stratified', share: 2 },
];

interface Given {
  readonly id: string;
  readonly from: SampledFrom;
}

function take(stream: SampledStream, count: number): Given[] {
  const given: Given[] = [];
  while (given.length < count) {
    const stack = stream.next();
    if (stack === null) break;
    if (stream.sampledFrom === null) throw new Error('a stack without its origin');
    given.push({ id: stack.stack_id, from: stream.sampledFrom });
  }
  return given;
}

const open = (cursor?: JsonValue): SampledStream => openMix(space, PARTS, { seed: '7', count: 100, cursor });

describe('a mix', () => {
  const all = take(open(), 100);

  it('has given every strategy its share after any number of stacks', () => {
    PARTS.forEach(({ strategy, share }) => {
      let had = 0;
      all.forEach(({ from }, index) => {
        had += from.strategy === strategy ? 1 : 0;
        expect(Math.abs(had - ((index + 1) * share) / 10)).toBeLessThanOrEqual(1);
      });
    });
  });

  it('gives no stack twice', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(100);
  });

  it.each([0, 1, 41])('goes on after %i stacks as if it had never stopped', (done) => {
    const interrupted = open();
    take(interrupted, done);
    const cursor = JSON.parse(JSON.stringify(interrupted.cursor)) as JsonValue;
    expect(JSON.stringify(cursor).length).toBeLessThan(100);
    expect(take(open(cursor), 20)).toEqual(all.slice(done, done + 20));
  });

  it('goes on with the others when a member runs dry, and ends when all are', () => {
    const parts: readonly MixPart[] = [
      { strategy: 'neighbours', share: 0.9 },
      { strategy: 'uniform', share: 0.1 },
    ];
    const given = take(openMix(small, parts, { seed: '1' }), 10);
    expect(given).toHaveLength(5);
    expect(given.filter(({ from }) => from.strategy === 'neighbours').length).toBeGreaterThan(1);
  });

  it('counts what a member drew after others had given it', () => {
    const parts: readonly MixPart[] = [
      { strategy: 'lowest', share: 1 },
      { strategy: 'uniform', share: 1 },
    ];
    const given = take(openMix(small, parts, { seed: '3' }), 10);
    const own = given.filter(({ from }) => from.strategy === 'uniform');
    const repeated = own.flatMap(({ from }) => from.repeated ?? []);
    expect(repeated.length).toBeGreaterThan(0);
    const last = own.at(-1);
    expect(own.length + repeated.length).toBe((last?.from.position ?? 0) + 1);
  });

  it('has stacks of which the tuple that is kept gives them again', () => {
    const uniform = all.filter(({ from }) => from.strategy === 'uniform');
    expect(uniform.length).toBe(50);
    for (const { id, from } of uniform) {
      expect(stackAgain(space, JSON.parse(JSON.stringify(from)) as SampledFrom)?.stack_id).toBe(id);
    }
  });

  it('says how likely the whole sample was to have a stack', () => {
    const diagram = compileSpace(space);
    if (!('count' in diagram)) throw new Error('a small space did not compile');
    const [first] = all.filter(({ from }) => from.strategy === 'uniform');
    expect(first?.from.log10InclusionProbability).toBeCloseTo(Math.log10(50 / Number(diagram.count)), 9);
  });

  it('refuses results of stacks that it has not given', () => {
    const stream = open();
    take(stream, 3);
    stream.learn?.([{ position: 2, logRatio: 0 }]);
    expect(troopErrorOf(() => stream.learn?.([{ position: 3, logRatio: 0 }])).code).toBe('TROOP-1917');
  });
});

describe('the default mix', () => {
  it('shares all of the stacks out', () => {
    expect(defaultMix().reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  it('works on a space that cannot be compiled, and says that its figures are estimates', () => {
    const failure = { reason: 'nodes', nodes: 1 } as const;
    const stream = openSampling(space, {}, { seed: '7', count: 40, diagram: failure });
    for (let given = 0; given < 40; given++) {
      const stack = stream.next();
      if (stack === null) throw new Error('it ended');
      expect(satisfies({ stack, requirements: request, releases: space.lookup })).toEqual([]);
      expect(stream.sampledFrom?.isEstimate).toBe(true);
    }
    expect(stream.coverage?.isEstimate).toBe(true);
  });
});

describe('a mix with a part that learns', () => {
  const parts: readonly MixPart[] = [
    { strategy: 'coverage', share: 3, parameters: { draws: 5 } },
    { strategy: 'uniform', share: 4 },
    { strategy: 'adaptive', share: 3, parameters: { exploration: 0.01 } },
  ];
  const COUNT = 90;
  type Learned = NonNullable<StreamOptions['learned']>[number];

  const isSlow = (stack: Stack): boolean =>
    stack.packages.some(({ name, version }) => name === 'plots' && Number(version.split('.')[1]) % 2 === 0);

  interface Run {
    readonly stacks: Stack[];
    readonly from: SampledFrom[];
    readonly told: Learned[];
  }

  /** Tells of the stacks that `others` or the learner itself gave, six at a time. */
  function run(stream: SampledStream, count: number, run: Run, tellsOf: (strategy: string) => boolean): Run {
    while (run.stacks.length < count) {
      const emitted = run.stacks.length;
      if (emitted % 6 === 0 && emitted > 0 && run.told.at(-1)?.emitted !== emitted) {
        const results = run.stacks.slice(-6).flatMap((stack, index) => {
          const position = emitted - 6 + index;
          const isTold = tellsOf(run.from[position]?.strategy ?? '');
          return isTold ? [{ position, logRatio: isSlow(stack) ? 0.5 : 0 }] : [];
        });
        stream.learn?.(results);
        run.told.push({ emitted, results });
      }
      const stack = stream.next();
      if (stack === null || stream.sampledFrom === null) break;
      run.stacks.push(stack);
      run.from.push(stream.sampledFrom);
    }
    return run;
  }
  const nothing = (): Run => ({ stacks: [], from: [], told: [] });
  const openLearning = (options: Partial<StreamOptions> = {}): SampledStream =>
    openMix(space, parts, { seed: '7', count: COUNT, ...options });
  const slowOfLearner = ({ stacks, from }: Run): number => {
    const own = stacks.filter((_, index) => from[index]?.strategy === 'adaptive').slice(9);
    return own.filter(isSlow).length / own.length;
  };

  it('learns from results of stacks that only others gave', () => {
    const silent = run(openLearning(), COUNT, nothing(), () => false);
    const told = run(openLearning(), COUNT, nothing(), (strategy) => strategy !== 'adaptive');
    expect(slowOfLearner(silent)).toBeGreaterThan(0.3);
    expect(slowOfLearner(told)).toBeLessThan(slowOfLearner(silent) / 2);
  });

  it.each([1, 30, 47, 66])('goes on after %i stacks from its cursor and what it was told', (done) => {
    const whole = run(openLearning(), COUNT, nothing(), () => true);
    const interrupted = openLearning();
    const begun = run(interrupted, done, nothing(), () => true);
    const saved = JSON.parse(JSON.stringify({ cursor: interrupted.cursor, learned: begun.told })) as {
      cursor: JsonValue;
      learned: Learned[];
    };
    const resumed = run(openLearning(saved), COUNT, begun, () => true);
    expect(resumed.stacks.map(({ stack_id: id }) => id)).toEqual(whole.stacks.map(({ stack_id: id }) => id));
    expect(resumed.from).toEqual(whole.from);
  });

  it('goes on without telling members of others where it began so', () => {
    const others = (strategy: string): boolean => strategy !== 'adaptive';
    const begun = openLearning({ cursor: { emitted: 0 } });
    const silent = run(openLearning(), COUNT, nothing(), () => false);
    const told = run(begun, COUNT, nothing(), others);
    expect(told.stacks).toEqual(silent.stacks);
    expect(begun.cursor).toEqual({ emitted: COUNT });
  });
});
