// Every strategy of the registry keeps the promises of strategy.ts.
import { describe, expect, it } from 'vitest';
import { openStateSpace } from '../../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import { strategies, strategyNamed } from '../../../coordinator/monkey/strategies/registry.ts';
import type {
  JsonValue,
  LearnedResults,
  StackResult,
  StackStream,
  Strategy,
} from '../../../coordinator/monkey/strategies/strategy.ts';
import { seededRandom } from '../../../shared/runtime/random.ts';
import { sha256Hex } from '../../../shared/stack/canonical-json.ts';
import type { Release } from '../../../shared/stack/release.ts';
import { satisfies } from '../../../shared/stack/satisfies.ts';
import type { Stack } from '../../../shared/stack/stack.ts';
import { linux311, lookupOf, release, requirements } from '../../support/monkey/knowledge.ts';
import { troopErrorOf } from '../../support/troop-error-of.ts';
import { madeUpKnowledge } from '../../support/monkey/made-up-knowledge.ts';

const world = madeUpKnowledge({ seed: '1', releases: 8 });
const request = requirements('suite', 'plots>=0.2');
const open = (releases: readonly Release[]): StateSpace =>
  openStateSpace({ requirements: request, lookup: lookupOf(releases), environment: linux311 });
const space = open(world);

const small = openStateSpace({
  requirements: requirements('top'),
  lookup: lookupOf([
    release('top', '1.0', ['leaf']),
    release('top', '2.0', ['leaf>=2', 'other; extra == "never"']),
    release('leaf', '1.0', ['top']),
    release('leaf', '2.0'),
  ]),
  environment: linux311,
});
const empty = openStateSpace({
  requirements: requirements('top', 'leaf<2'),
  lookup: lookupOf([release('top', '2.0', ['leaf>=2']), release('leaf', '1.0'), release('leaf', '2.0')]),
  environment: linux311,
});

function take(stream: StackStream, count: number): Stack[] {
  const stacks: Stack[] = [];
  while (stacks.length < count) {
    const stack = stream.next();
    if (stack === null) break;
    stacks.push(stack);
  }
  return stacks;
}

const ids = (stacks: readonly Stack[]): string[] => stacks.map((stack) => stack.stack_id);

describe.each([...strategies.values()])('strategy $name', (strategy: Strategy) => {
  const stream = (seed = 'seven', cursor?: JsonValue): StackStream =>
    strategy.open(space, { seed, count: 200, ...(cursor === undefined ? {} : { cursor }) });
  const first = take(stream(), 200);

  it('emits only stacks that the oracle finds valid', () => {
    // Those that answer a narrower question may end before.
    expect(first.length).toBeGreaterThanOrEqual(strategy.isSelective === true ? 40 : 200);
    const { lookup } = space;
    const violations = first.flatMap((stack) =>
      satisfies({ stack, requirements: request, releases: lookup }),
    );
    expect(violations).toEqual([]);
  });

  it('emits no stack twice', () => {
    expect(new Set(ids(first)).size).toBe(first.length);
  });

  it('gives the same stream for the same seed, whatever the order of the knowledge', () => {
    const shuffled = open(seededRandom('any').shuffled(world));
    expect(ids(take(strategy.open(shuffled, { seed: 'seven', count: 200 }), 200))).toEqual(ids(first));
  });

  it.each([0, 1, 37])('goes on after %i stacks as if it had never stopped', (done) => {
    const interrupted = stream();
    const given = ids(take(interrupted, done));
    const cursor = JSON.parse(JSON.stringify(interrupted.cursor)) as JsonValue;
    const rest = ids(take(stream('seven', cursor), 60));
    expect([...given, ...rest]).toEqual(ids(first).slice(0, done + 60));
  });

  it('keeps its cursor small', () => {
    const running = stream();
    take(running, 200);
    expect(JSON.stringify(running.cursor).length).toBeLessThan(300);
  });

  it('refuses a cursor that is not one', () => {
    expect(() => stream('seven', 'nonsense')).toThrow(/cursor/);
  });

  it('says where each stack came from, and with which probability where that is known', () => {
    const running = stream();
    expect(running.provenance).toBeNull();
    for (const { stack_id: id } of first.slice(0, 20)) {
      expect(running.next()?.stack_id).toBe(id);
      expect(running.provenance).toMatchObject({ strategy: strategy.name, isEstimate: false });
      expect(running.provenance?.index).toMatch(/^[0-9]+$/);
      expect(running.provenance?.log10DrawProbability ?? 0).toBeLessThanOrEqual(0);
    }
  });

  it('refuses a parameter that it does not know', () => {
    const open = (): unknown => strategy.open(space, { seed: 'seven', parameters: { nonsense: 1 } });
    expect(troopErrorOf(open)).toMatchObject({ code: 'TROOP-1908', facts: { parameter: 'nonsense' } });
  });

  it('ends with null when every stack was given, and stays there', () => {
    const dry = strategy.open(small, { seed: 'seven', count: 10 });
    const given = take(dry, 10).length;
    expect(given).toBeGreaterThan(0);
    expect(given).toBeLessThanOrEqual(3);
    expect(strategy.isSelective ?? given === 3).toBe(true);
    expect(dry.next()).toBeNull();
    expect(dry.next()).toBeNull();
  });

  it('gives nothing where there is nothing', () => {
    expect(strategy.open(empty, { seed: 'seven', count: 10 }).next()).toBeNull();
  });

  it('has given these stacks since its first version', () => {
    expect(sha256Hex(ids(first).join('\n'))).toMatchSnapshot();
  });
});

type Told = LearnedResults[];

/** A made-up truth: some versions are slow, some stacks fail. */
function resultOf(stack: Stack, position: number): StackResult {
  const hash = Number.parseInt(sha256Hex(stack.packages[0]?.version ?? '').slice(0, 8), 16);
  return { position, logRatio: hash % 5 === 0 ? null : (hash % 1000) / 1000 - 0.5 };
}

/** Tells a stream everything that it has given but for the last seven stacks, in bunches, the later ones first. */
function tell(stream: StackStream, given: readonly Stack[], told: Told): void {
  const known = told.flatMap(({ results }) => results).length;
  if (given.length % 6 !== 0 || given.length - 7 <= known) return;
  const results = given
    .map((stack, position) => resultOf(stack, position))
    .slice(known, given.length - 7)
    .toReversed();
  stream.learn?.(results);
  told.push({ emitted: given.length, results });
}

function takeAndTell(stream: StackStream, count: number, given: Stack[], told: Told): void {
  while (given.length < count) {
    tell(stream, given, told);
    const stack = stream.next();
    if (stack === null) return;
    given.push(stack);
  }
}

describe.each([...strategies.values()].filter(({ learns }) => learns === true))(
  'strategy $name, which learns,',
  (strategy: Strategy) => {
    const count = 90;
    const stacks: Stack[] = [];
    const log: Told = [];
    takeAndTell(strategy.open(space, { seed: 'seven', count }), count, stacks, log);

    it('gives the same stream for the same seed and the same tellings', () => {
      const again: Stack[] = [];
      takeAndTell(strategy.open(space, { seed: 'seven', count }), count, again, []);
      expect(ids(again)).toEqual(ids(stacks));
      expect(new Set(ids(stacks)).size).toBe(stacks.length);
    });

    it('takes what it was told into account', () => {
      expect(ids(stacks)).not.toEqual(
        ids(take(strategy.open(space, { seed: 'seven', count }), stacks.length)),
      );
    });

    it.each([0, 5, 30, 61])(
      'goes on after %i stacks from its cursor and the log of what it was told',
      (done) => {
        const given: Stack[] = [];
        const told: Told = [];
        const interrupted = strategy.open(space, { seed: 'seven', count });
        takeAndTell(interrupted, done, given, told);
        const saved = JSON.parse(JSON.stringify({ cursor: interrupted.cursor, learned: told })) as {
          cursor: JsonValue;
          learned: Told;
        };
        takeAndTell(strategy.open(space, { seed: 'seven', count, ...saved }), count, given, told);
        expect(ids(given)).toEqual(ids(stacks));
      },
    );

    it('emits only valid stacks when it was told', () => {
      const { lookup } = space;
      expect(
        stacks.flatMap((stack) => satisfies({ stack, requirements: request, releases: lookup })),
      ).toEqual([]);
    });

    it('gives a small space completely or stops early, told of a failure or not', () => {
      const dry = strategy.open(small, { seed: 'seven', count: 10 });
      const given = take(dry, 2);
      dry.learn?.([{ position: 0, logRatio: null }]);
      dry.learn?.([
        { position: 1, logRatio: 0.2 },
        { position: 0, logRatio: 0.1 },
      ]);
      given.push(...take(dry, 10));
      expect(given.length).toBeLessThanOrEqual(3);
      expect(new Set(ids(given)).size).toBe(given.length);
      expect(dry.next()).toBeNull();
    });

    it('refuses a result of a stack that it has not given', () => {
      const fresh = strategy.open(space, { seed: 'seven', count });
      expect(() => fresh.learn?.([{ position: 0, logRatio: 0 }])).toThrow(/TROOP-1917|has given 0 stacks/);
    });

    it('says what it has found as plain data', () => {
      const { finding } = strategy.open(space, { seed: 'seven', count, cursor: { emitted: 3 } });
      expect(JSON.parse(JSON.stringify(finding ?? null))).toEqual(finding ?? null);
    });

    it('has given these stacks for these results since its first version', () => {
      expect(sha256Hex(ids(stacks).join('\n'))).toMatchSnapshot();
    });
  },
);

describe('the registry', () => {
  it('names what it has when asked for what it has not', () => {
    expect(() => strategyNamed('fastest')).toThrow('"fastest"');
    expect(strategyNamed('latest').name).toBe('latest');
  });
});
