// Fair over versions: each candidate of the named packages in turn, in an order drawn anew for every round, and for each a stack
// that is uniform among those that have it. Uniform sampling gives almost all stacks to the versions that bound others the
// least. Parameter `packages`: names of projects, by default those of the request.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { Random } from '../../../shared/runtime/random.ts';
import { conditioned } from '../diagram/condition.ts';
import type { Diagram } from '../diagram/diagram.ts';
import { marginals } from '../diagram/marginals.ts';
import { log10 } from '../diagram/ratio.ts';
import { UniformSampler } from '../diagram/uniform-sampler.ts';
import { WeightedSampler } from '../diagram/weighted-sampler.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { drawnStrategy } from './drawn.ts';
import { namesParameter } from './parameters.ts';
import type { StreamOptions } from './strategy.ts';

/** Numbers that prepared samplers may hold together: 64 MiB. */
const MAX_PREPARED = 8_000_000;

interface Stratum {
  readonly packageIndex: number;
  readonly value: number;
  /** How many stacks have it. */
  readonly stacks: bigint;
}

export const stratified = drawnStrategy(
  {
    name: 'stratified',
    description: 'every version of the named packages equally often, uniform otherwise',
    parameters: { packages: { kind: 'names' } },
  },
  (space, diagram, options) => {
    const strata = strataOf(space, diagram, options);
    const samplerFor = preparedSamplers(space, diagram);
    let round: readonly Stratum[] = [];
    let rounds = 0;
    const draw = (random: Random, values: Int32Array, turn: number): void => {
      values.fill(-1);
      if (turn >= rounds * strata.length) {
        round = random.shuffled(strata);
        rounds += 1;
      }
      const stratum = round[turn % strata.length];
      if (stratum !== undefined) {
        samplerFor(stratum).draw(random, values);
      }
    };
    // Where no line of the request applies, the one stack is empty.
    return {
      draw,
      round: Math.max(1, strata.length),
      log10Probability: (values) => log10Probability(strata, values),
    };
  },
);

/** A draw takes each stratum equally often and every stack of it with the same probability: a mixture, known exactly. */
function log10Probability(strata: readonly Stratum[], values: Int32Array): number {
  if (strata.length === 0) {
    return 0;
  }
  const logs = strata.flatMap(({ packageIndex, value, stacks }) =>
    values[packageIndex] === value ? [-log10(stacks)] : [],
  );
  const highest = logs.reduce((most, log) => Math.max(most, log), -Infinity);
  const sum = logs.reduce((total, log) => total + 10 ** (log - highest), 0);
  return highest + Math.log10(sum) - Math.log10(strata.length);
}

/** Every candidate of the wanted packages that some stack has. */
function strataOf(space: StateSpace, diagram: Diagram, options: StreamOptions): readonly Stratum[] {
  const wanted = namesParameter(options.parameters, 'packages') ?? space.requirements.map(({ name }) => name);
  const names = new Set(wanted.map((name) => space.alternatives.headOf(name)));
  const counts = marginals(diagram);
  const strata = space.model.packages.flatMap(({ name, extra }, packageIndex) =>
    extra === null && names.has(name)
      ? [...(counts[packageIndex] ?? [])]
          .toSorted(([a], [b]) => a - b)
          .map(([value, stacks]) => ({ packageIndex, value, stacks }))
      : [],
  );
  if (strata.length === 0 && names.size > 0) {
    throw new TroopError('TROOP-1908', {
      strategy: 'stratified',
      parameter: 'packages',
      reason: `no stack has any of ${[...names].join(', ')}`,
    });
  }
  return strata;
}

interface Sampler {
  draw(random: Random, values: Int32Array): void;
}

/** Samplers are kept as long as they fit; the ones beyond are made again when their turn comes. */
function preparedSamplers(space: StateSpace, diagram: Diagram): (stratum: Stratum) => Sampler {
  const size = diagram.candidates.length + diagram.firstChild.length + diagram.nodePackages.length;
  const most = Math.max(1, Math.floor(MAX_PREPARED / size));
  const prepared = new Map<string, Sampler>();
  return (stratum) => {
    const key = `${stratum.packageIndex} ${stratum.value}`;
    const known = prepared.get(key);
    if (known !== undefined) {
      return known;
    }
    const sampler = samplerOf(space, diagram, stratum);
    if (prepared.size < most) {
      prepared.set(key, sampler);
    }
    return sampler;
  };
}

function samplerOf(space: StateSpace, diagram: Diagram, { packageIndex, value }: Stratum): Sampler {
  const isAllowed = (other: number, candidate: number): boolean =>
    other !== packageIndex || candidate === value;
  if (at(space.isRequired, packageIndex)) {
    return new WeightedSampler(diagram, (other, candidate) => (isAllowed(other, candidate) ? 1 : 0));
  }
  // Weights cannot demand a package that a stack may do without.
  return new UniformSampler(conditioned(diagram, { isAllowed, mustHave: [packageIndex] }));
}
