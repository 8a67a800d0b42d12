// Stacks near another one: one package is changed, or a few are, half of the time to a version nearby, and the rest is repaired to
// the nearest valid stack.
import type { Random } from '../../../shared/runtime/random.ts';
import { bestStack } from '../diagram/best-stack.ts';
import type { Diagram } from '../diagram/diagram.ts';
import { marginals } from '../diagram/marginals.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { tableCost } from './table-cost.ts';

// These numbers are part of the stream: changing one changes what an old seed gives.
const NEARBY = 0.5;
const SMALL = 1e-6;

export interface Change {
  readonly packageIndex: number;
  /** What the package is to have. */
  readonly value: number;
}

interface Choices {
  readonly packageIndex: number;
  /** Values that some stack has, ascending. */
  readonly values: readonly number[];
}

export class NeighbourDraws {
  readonly #space: StateSpace;
  readonly #diagram: Diagram;
  readonly #choices: readonly Choices[];

  constructor(space: StateSpace, diagram: Diagram) {
    this.#space = space;
    this.#diagram = diagram;
    this.#choices = marginals(diagram).flatMap((counts, packageIndex) =>
      counts.size < 2 ? [] : [{ packageIndex, values: [...counts.keys()].toSorted((a, b) => a - b) }],
    );
  }

  /** Packages in which stacks differ. */
  get packages(): number {
    return this.#choices.length;
  }

  /** A change of a stack at random; null where stacks do not differ in any package. */
  propose(centre: Int32Array, random: Random): Change | null {
    if (this.#choices.length === 0) {
      return null;
    }
    const { packageIndex, values } = at(this.#choices, random.nextBelow(this.#choices.length));
    return { packageIndex, value: otherValue(values, centre[packageIndex] as number, random) };
  }

  /** The stack with the changes that otherwise changes least; null when no stack has them all. */
  changed(centre: Int32Array, changes: readonly Change[]): Int32Array | null {
    return bestStack(this.#diagram, tableCost(this.#costs(centre, changes)))?.values ?? null;
  }

  #costs(centre: Int32Array, changes: readonly Change[]): readonly Float64Array[] {
    const wanted = new Map(changes.map(({ packageIndex, value }) => [packageIndex, value]));
    return this.#space.candidates.map((candidates, packageIndex) => {
      const old = centre[packageIndex] as number;
      const only = wanted.get(packageIndex);
      const costOf = (value: number): number =>
        value === old ? 0 : 1 + SMALL * (old === -1 ? value : Math.abs(value - old));
      return Float64Array.from(candidates, (_, value) =>
        only !== undefined && value !== only ? Infinity : costOf(value),
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
