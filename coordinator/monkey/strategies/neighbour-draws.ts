// Draws of stacks near another one: one package is changed, half of the time to a version nearby, and the rest is repaired to
// the nearest valid stack.
import type { Random } from '../../../shared/runtime/random.ts';
import { bestStack } from '../diagram/best-stack.ts';
import type { Diagram } from '../diagram/diagram.ts';
import { marginals } from '../diagram/marginals.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import type { GivenStacks } from './given-stacks.ts';
import { tableCost } from './table-cost.ts';

// These numbers are part of the stream: changing one changes what an old seed gives.
const TRIES = 24;
const NEARBY = 0.5;
const SMALL = 1e-6;

interface Choices {
  readonly packageIndex: number;
  /** Values that some stack has, ascending. */
  readonly values: readonly number[];
}

export class NeighbourDraws {
  readonly #space: StateSpace;
  readonly #diagram: Diagram;
  readonly #given: GivenStacks;
  readonly #choices: readonly Choices[];

  constructor(space: StateSpace, diagram: Diagram, given: GivenStacks) {
    this.#space = space;
    this.#diagram = diagram;
    this.#given = given;
    this.#choices = marginals(diagram).flatMap((counts, packageIndex) =>
      counts.size < 2 ? [] : [{ packageIndex, values: [...counts.keys()].toSorted((a, b) => a - b) }],
    );
  }

  /** Writes a neighbour that was not given yet. False when tries find none. */
  draw(centre: Int32Array, values: Int32Array, random: Random): boolean {
    for (let attempt = 0; attempt < TRIES && this.#choices.length > 0; attempt++) {
      const { packageIndex, values: choices } = at(this.#choices, random.nextBelow(this.#choices.length));
      const wanted = otherValue(choices, centre[packageIndex] as number, random);
      const stack = bestStack(this.#diagram, tableCost(this.#costs(centre, packageIndex, wanted)));
      if (stack !== null && !this.#given.has(stack.values)) {
        values.set(stack.values);
        return true;
      }
    }
    return false;
  }

  #costs(centre: Int32Array, changed: number, wanted: number): readonly Float64Array[] {
    return this.#space.candidates.map((candidates, packageIndex) => {
      const old = centre[packageIndex] as number;
      const costOf = (value: number): number =>
        value === old ? 0 : 1 + SMALL * (old === -1 ? value : Math.abs(value - old));
      return Float64Array.from(candidates, (_, value) =>
        packageIndex === changed && value !== wanted ? Infinity : costOf(value),
      );
    });
  }
}

function otherValue(choices: readonly number[], old: number, random: Random): number {
  const place = choices.indexOf(old);
  if (place === -1) {
    return at(choices, random.nextBelow(choices.length));
  }
  if (random.nextFloat() < NEARBY) {
    const next = place + (random.nextBelow(2) === 0 ? -1 : 1);
    return choices[next] ?? at(choices, place === 0 ? 1 : place - 1);
  }
  const other = random.nextBelow(choices.length - 1);
  return at(choices, other < place ? other : other + 1);
}
