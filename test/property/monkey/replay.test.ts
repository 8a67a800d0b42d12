// A stream that learns and is told as results come gives what one gives that is taken up from its log, wherever the restart falls
// and whatever is known of the stacks that were given.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../coordinator/monkey/diagram/compile.ts';
import { openStateSpace } from '../../../coordinator/monkey/space/open-state-space.ts';
import { openSampling, type Sampling } from '../../../coordinator/monkey/strategies/open-sampling.ts';
import { strategies } from '../../../coordinator/monkey/strategies/registry.ts';
import type { SampledFrom, SampledStream } from '../../../coordinator/monkey/strategies/sampled-from.ts';
import type {
  JsonValue,
  LearnedResults,
  StackNumbers,
  StackResult,
} from '../../../coordinator/monkey/strategies/strategy.ts';
import { linux311, lookupOf, requirements } from '../../support/monkey/knowledge.ts';
import { madeUpKnowledge } from '../../support/monkey/made-up-knowledge.ts';

const space = openStateSpace({
  requirements: requirements('plots>=0.2'),
  lookup: lookupOf(madeUpKnowledge({ seed: '1', releases: 5 })),
  environment: linux311,
});
const diagram = compileSpace(space);

interface Step {
  /** Stacks that are asked for. */
  readonly stacks: number;
  /** Results that are told then: which stack, from 0 to 1, and its logarithm. */
  readonly results: readonly (readonly [number, number | null])[];
}

interface Life {
  readonly ids: string[];
  readonly origins: (SampledFrom | null)[];
  readonly log: LearnedResults[];
}

function go(stream: SampledStream, steps: readonly Step[], life: Life): void {
  for (const { stacks, results } of steps) {
    for (let stack = stream.next(); stack !== null; stack = stream.next()) {
      life.ids.push(stack.stack_id);
      life.origins.push(stream.sampledFrom);
      if (life.ids.length % stacks === 0) break;
    }
    const told = results.map(([place, logRatio]): StackResult => ({
      position: Math.floor(place * life.ids.length),
      logRatio,
    }));
    stream.learn?.(told);
    life.log.push({ emitted: life.ids.length, results: told });
  }
}

function numbersOf(origins: readonly (SampledFrom | null)[]): StackNumbers {
  const numbers = new Map<string, Map<number, string>>();
  for (const origin of origins) {
    if (origin?.number === undefined) continue;
    const own = numbers.get(origin.seed) ?? new Map<number, string>();
    numbers.set(origin.seed, own.set(origin.position, origin.number));
  }
  return numbers;
}

const resultOf = fc.tuple(
  fc.double({ min: 0, max: 0.999, noNaN: true }),
  fc.option(fc.double({ min: -1, max: 1, noNaN: true }), { freq: 8 }),
);
/** Some hold more results than a belief keeps one by one. */
const stepOf = fc.record({
  stacks: fc.integer({ min: 1, max: 9 }),
  results: fc.oneof(
    { weight: 4, arbitrary: fc.array(resultOf, { maxLength: 12 }) },
    { weight: 1, arbitrary: fc.array(resultOf, { minLength: 300, maxLength: 420 }) },
  ),
});

const LEARNING = [...strategies.values()].filter(({ learns }) => learns === true);
const CASES: readonly (readonly [string, Sampling])[] = [
  ...LEARNING.map(({ name }) => [name, { strategy: name }] as const),
  ['the default mix', {}],
  ['a mix of those that learn', { mix: LEARNING.map(({ name: strategy }) => ({ strategy, share: 1 })) }],
];

describe.each(CASES)('%s', (_, sampling) => {
  it('goes on from its log as if it had never stopped', () => {
    let most = 0;
    fc.assert(
      fc.property(
        fc.array(stepOf, { minLength: 2, maxLength: 8 }),
        fc.nat(),
        fc.constantFrom(0, 1, 2),
        (steps, restart, keptOneIn) => {
          const open = (past: object = {}): SampledStream =>
            openSampling(space, sampling, { seed: 'seven', count: 100, diagram, ...past });
          const whole: Life = { ids: [], origins: [], log: [] };
          const uninterrupted = open();
          go(uninterrupted, steps, whole);
          most = Math.max(most, whole.log.flatMap(({ results }) => results).length);

          const done = restart % steps.length;
          const life: Life = { ids: [], origins: [], log: [] };
          const first = open();
          go(first, steps.slice(0, done), life);
          const { cursor, learned } = JSON.parse(
            JSON.stringify({ cursor: first.cursor, learned: life.log }),
          ) as { cursor: JsonValue; learned: LearnedResults[] };
          const kept = life.origins.filter((_origin, index) => keptOneIn > 0 && index % keptOneIn === 0);
          const second = open({ cursor, learned, numbers: numbersOf(kept) });
          go(second, steps.slice(done), life);
          expect(life).toEqual(whole);
          expect(second.finding).toEqual(uninterrupted.finding);
        },
      ),
      { numRuns: 8, seed: 1 },
    );
    expect(most).toBeGreaterThan(512);
  });
});
