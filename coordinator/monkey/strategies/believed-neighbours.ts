// Steps from a stack to a neighbour of it, judged by all results together: what is believed of the versions is pooled over every
// stack that had them, so that one noisy result decides nothing. Of some changes that chance proposes, the most promising ones are
// tried first.
import type { Random } from '../../../shared/runtime/random.ts';
import type { GivenStacks } from './given-stacks.ts';
import type { LearnerContext, Observation } from './learning-stream.ts';
import { NeighbourDraws, type Change } from './neighbour-draws.ts';
import { placeOf, sumOf, type Effects } from './posterior.ts';
import { StackPosterior } from './stack-posterior.ts';
import { versionEffects } from './version-effects.ts';

// These numbers are part of the stream: changing one changes what an old seed gives.
const PROPOSALS = 24;
/** One package in so many is changed at once: results about many packages are too few to change one after the other. */
const PACKAGES_A_CHANGE = 10;
/** New stacks out of which the best is taken: repairing one takes a pass over the diagram. */
const REPAIRED = 2;

export class BelievedNeighbours {
  readonly #given: GivenStacks;
  readonly #posterior: StackPosterior;
  readonly #neighbours: NeighbourDraws;
  #expected: Effects | null = null;

  constructor({ space, diagram, given }: LearnerContext) {
    this.#given = given;
    this.#posterior = new StackPosterior(versionEffects(space, diagram));
    this.#neighbours = new NeighbourDraws(space, diagram);
  }

  /** Gives what is expected of a stack from now on: the natural logarithm of its ratio around the mean of all results. */
  observe(observations: readonly Observation[]): (values: Int32Array) => number {
    this.#posterior.observe(observations);
    this.#expected = null;
    const { expected } = this;
    return (values) => sumOf(expected, values);
  }

  /** What is expected of versions after all results. */
  get expected(): Effects {
    this.#expected ??= this.#posterior.expectation();
    return this.#expected;
  }

  /** Drawn from what is believed: changes that nobody knows much about may be promising too. */
  drawn(random: Random): Effects {
    return this.#posterior.draw(random);
  }

  /** Writes a neighbour that was not given yet. False when tries find none. */
  draw(
    { centre, promise }: { readonly centre: Int32Array; readonly promise: Effects },
    values: Int32Array,
    random: Random,
  ): boolean {
    let repaired = 0;
    let least = Infinity;
    for (const changes of this.#proposals(centre, promise, random)) {
      const stack = this.#neighbours.changed(centre, changes);
      if (stack === null || this.#given.has(stack)) continue;
      const cost = sumOf(promise, stack);
      if (cost < least) {
        least = cost;
        values.set(stack);
      }
      repaired += 1;
      if (repaired === REPAIRED) break;
    }
    return repaired > 0;
  }

  /** Changes to be made at once, the most promising ones first. */
  #proposals(centre: Int32Array, promise: Effects, random: Random): readonly (readonly Change[])[] {
    const proposals = Array.from({ length: PROPOSALS }, () => this.#neighbours.propose(centre, random));
    const sorted = proposals
      .flatMap((change) => (change === null ? [] : [{ change, gain: gainOf(change, centre, promise) }]))
      .toSorted((a, b) => a.gain - b.gain)
      .map(({ change }) => change);
    const size = Math.max(1, Math.round(this.#neighbours.packages / PACKAGES_A_CHANGE));
    return size === 1
      ? sorted.map((change) => [change])
      : [...together(sorted, size), ...sorted.map((change) => [change])];
  }
}

/** Below 0 where the change makes faster. */
function gainOf({ packageIndex, value }: Change, centre: Int32Array, promise: Effects): number {
  const effects = promise.get(packageIndex);
  const old = centre[packageIndex] as number;
  return effects === undefined ? 0 : (effects[value] ?? 0) - (effects[placeOf(old, effects.length)] ?? 0);
}

/** Two groups, of every other change, each package once. */
function together(changes: readonly Change[], size: number): readonly (readonly Change[])[] {
  return [0, 1].map((side) => {
    const byPackage = new Map<number, Change>();
    for (const change of changes.filter((_, place) => place % 2 === side)) {
      const isWanted = byPackage.size < size && !byPackage.has(change.packageIndex);
      if (isWanted) byPackage.set(change.packageIndex, change);
    }
    return [...byPackage.values()];
  });
}
