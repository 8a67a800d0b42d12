// A made-up truth about how fast stacks are, and how it looks when it is measured: what strategies that learn are tried on.
import { normalNumbers } from '../../../coordinator/monkey/strategies/normal.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import type { StackStream } from '../../../coordinator/monkey/strategies/strategy.ts';
import { seededRandom, type Random } from '../../../shared/runtime/random.ts';
import type { Stack } from '../../../shared/stack/stack.ts';

export type SurfaceKind = 'additive' | 'pairs' | 'noisy';

export interface ResponseSurface {
  /** Natural logarithm of the true ratio to some baseline; lower is faster. */
  trueValue(stack: Stack): number;
  /** By package of the space, by value: its own effect. */
  readonly effects: readonly Float64Array[];
  /** Standard deviation of a measurement. */
  readonly noise: number;
}

/** Effects that change at a few versions of each package; with `pairs`, some that two packages have together. */
export function responseSurface(space: StateSpace, kind: SurfaceKind, seed: string): ResponseSurface {
  const random = seededRandom(`surface/${seed}`);
  const normal = normalNumbers(random);
  const effects = space.model.packages.map(({ size }) => stepsOf(size, random, normal));
  const valueOf = valuesByName(space);
  const pairs = kind === 'pairs' ? pairsOf(space, random, normal) : [];
  return {
    effects,
    noise: kind === 'noisy' ? 0.3 : 0.02,
    trueValue: ({ packages }) => {
      const values = new Map(packages.map(({ name, version }) => valueOf(name, version)));
      let sum = 0;
      for (const [index, value] of values) sum += effects[index]?.[value] ?? 0;
      for (const { a, b, effect } of pairs) sum += a(values) && b(values) ? effect : 0;
      return sum;
    },
  };
}

function valuesByName(space: StateSpace): (name: string, version: string) => readonly [number, number] {
  const known = new Map(
    space.model.packages.flatMap(({ name, extra }, index) =>
      extra === null
        ? (space.candidates[index] ?? []).map(
            ({ version }, value) => [`${name}==${version.text}`, [index, value] as const] as const,
          )
        : [],
    ),
  );
  return (name, version) => {
    const found = known.get(`${name}==${version}`);
    if (found === undefined) throw new Error(`the space lacks ${name}==${version}`);
    return found;
  };
}

/** Constant between one to three versions at which something changes; a third of the packages matter much. */
function stepsOf(size: number, random: Random, normal: () => number): Float64Array {
  const weight = random.nextBelow(3) === 0 ? 0.2 : 0.04;
  const changes = new Set(Array.from({ length: 1 + random.nextBelow(3) }, () => random.nextBelow(size)));
  const effects = new Float64Array(size);
  let effect = normal() * weight;
  for (let value = 0; value < size; value++) {
    if (changes.has(value)) effect = normal() * weight;
    effects[value] = effect + normal() * 0.01;
  }
  return effects;
}

type Condition = (values: ReadonlyMap<number, number>) => boolean;

function pairsOf(
  space: StateSpace,
  random: Random,
  normal: () => number,
): readonly { readonly a: Condition; readonly b: Condition; readonly effect: number }[] {
  const real = space.model.packages.flatMap(({ extra, size }, index) =>
    extra === null && size > 1 ? [{ index, size }] : [],
  );
  const condition = ({ index, size }: { readonly index: number; readonly size: number }): Condition => {
    const bound = random.nextBelow(size);
    const isAbove = random.nextBelow(2) === 0;
    return (values) => {
      const value = values.get(index);
      return value !== undefined && value >= bound === isAbove;
    };
  };
  return Array.from({ length: real.length }, () => {
    const [first, second] = random.shuffled(real);
    if (first === undefined || second === undefined) throw new Error('too few packages');
    return { a: condition(first), b: condition(second), effect: normal() * 0.1 };
  });
}

/** Has a stream give stacks, of which each is measured once `delay` others were given after it; their true values. */
export function inspect(
  stream: StackStream,
  surface: ResponseSurface,
  options: { readonly count: number; readonly delay: number; readonly seed: string },
): readonly number[] {
  const normal = normalNumbers(seededRandom(`measured/${options.seed}`));
  const truths: number[] = [];
  while (truths.length < options.count) {
    const stack = stream.next();
    if (stack === null) break;
    truths.push(surface.trueValue(stack));
    const position = truths.length - 1 - options.delay;
    if (position >= 0) {
      const logRatio = (truths[position] ?? 0) + normal() * surface.noise;
      stream.learn?.([{ position, logRatio }]);
    }
  }
  return truths;
}
