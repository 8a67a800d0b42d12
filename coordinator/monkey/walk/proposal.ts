// How a walk weighs the classes of the package that it decides: by the stacks that each may begin, looking one step ahead at
// what its requirements leave of their targets. The order of its sums and products is part of what a seed means.
import { runningTotals } from '../flat-model.ts';
import type { Propagation } from '../propagate.ts';
import { at } from '../space/at.ts';
import { lowestBit } from '../space/bit-set.ts';
import type { WalkModel } from './walk-model.ts';

// A choice that is possible stays so, however little it seems to promise.
const LEAST_WEIGHT = Number.MIN_VALUE * 2 ** 60;
const MOST_WEIGHT = Number.MAX_VALUE / 2 ** 20;

export class Proposal {
  readonly #walk: WalkModel;
  readonly #propagation: Propagation;
  /** By row of a class: roughly how many stacks it begins. */
  readonly #counts: Float64Array;
  /** By row of a class (one more at the end): where the requirements begin that look ahead, those on other packages. */
  readonly #needsFrom: Int32Array;
  readonly #needs: Int32Array;
  /** By package: whether any of its classes, with any extra, has such requirements. */
  readonly #looksAhead: readonly boolean[];
  /** By requirement: what it leaves at this choice, and the choice that it was computed for. */
  readonly #left: Float64Array;
  readonly #leftAt: Int32Array;
  /** By package: the sum over what is left of it, in the same way. */
  readonly #all: Float64Array;
  readonly #allAt: Int32Array;
  #choice = 0;

  constructor(walk: WalkModel, propagation: Propagation, counts: Float64Array) {
    this.#walk = walk;
    this.#propagation = propagation;
    this.#counts = counts;
    const { packages, requirements } = walk.model;
    const needs = packages.flatMap((item) =>
      item.needs.map((own) =>
        own.filter((requirement) => at(requirements, requirement).target !== item.base),
      ),
    );
    this.#needsFrom = runningTotals(needs.map(({ length }) => length));
    this.#needs = Int32Array.from(needs.flat());
    this.#looksAhead = packages.map((_, packageIndex) =>
      [packageIndex, ...at(walk.extras, packageIndex)].some((index) => {
        const from = propagation.flat.firstValue[index] as number;
        const to = from + at(packages, index).size;
        return this.#needsFrom[from] !== this.#needsFrom[to];
      }),
    );
    this.#left = new Float64Array(requirements.length);
    this.#leftAt = new Int32Array(requirements.length);
    this.#all = new Float64Array(packages.length);
    this.#allAt = new Int32Array(packages.length);
  }

  looksAhead(packageIndex: number): boolean {
    return this.#looksAhead[packageIndex] as boolean;
  }

  /**
   * Writes the sum of the weights of what is left of a real package as the propagation is now, and behind it the weights in
   * ascending order of the classes, above 0 but for what is banned.
   */
  weigh(packageIndex: number, banned: readonly number[], into: Float64Array, sumAt: number): void {
    this.#choice += 1;
    const { flat, domains } = this.#propagation;
    const counts = this.#counts;
    const looksAhead = this.#looksAhead[packageIndex] as boolean;
    const row = flat.firstValue[packageIndex] as number;
    const from = flat.offsets[packageIndex] as number;
    const to = flat.offsets[packageIndex + 1] as number;
    let place = sumAt;
    let sum = 0;
    for (let slot = from; slot < to; slot++) {
      for (let word = (domains[slot] as number) | 0; word !== 0; word &= word - 1) {
        const value = (slot - from) * 32 + lowestBit(word);
        const promised = counts[row + value] as number;
        let weight = bounded(looksAhead ? this.#weighNeeds(packageIndex, value, promised) : promised);
        if (banned.length > 0 && banned.includes(value)) {
          weight = 0;
        }
        place += 1;
        into[place] = weight;
        sum += weight;
      }
    }
    into[sumAt] = sum;
  }

  #weighNeeds(packageIndex: number, value: number, promised: number): number {
    const { firstValue } = this.#propagation.flat;
    let weight = promised * this.#leftByAll((firstValue[packageIndex] as number) + value);
    const extras = this.#walk.extras[packageIndex] as readonly number[];
    for (let index = 0; index < extras.length; index++) {
      const virtual = extras[index] as number;
      if (this.#propagation.isRequired(virtual)) {
        weight *= this.#leftByAll((firstValue[virtual] as number) + value);
      }
    }
    return weight;
  }

  #leftByAll(row: number): number {
    const needs = this.#needs;
    const left = this.#left;
    const leftAt = this.#leftAt;
    const choice = this.#choice;
    const end = this.#needsFrom[row + 1] as number;
    let product = 1;
    for (let index = this.#needsFrom[row] as number; index < end; index++) {
      const requirement = needs[index] as number;
      if (leftAt[requirement] !== choice) {
        leftAt[requirement] = choice;
        left[requirement] = this.#leftBy(requirement);
      }
      product *= left[requirement] as number;
    }
    return product;
  }

  /** The share that a requirement leaves of a package that is in the stack anyway, or what a further package adds. */
  #leftBy(requirement: number): number {
    const { targets, bases } = this.#propagation.flat;
    const target = targets[requirement] as number;
    const isVirtual = bases[target] !== target;
    const isThere = this.#propagation.isRequired(target) || (this.#walk.isRequired[target] as boolean);
    if (isThere && (isVirtual || this.#leavesAll(requirement))) {
      return 1;
    }
    const sum = this.#sumOf(requirement, isVirtual);
    return isThere || isVirtual ? sum / this.#allOf(target) : sum;
  }

  #leavesAll(requirement: number): boolean {
    const { flat, domains } = this.#propagation;
    const target = flat.targets[requirement] as number;
    const allowedFrom = (flat.allowedFrom[requirement] as number) - (flat.offsets[target] as number);
    const to = flat.offsets[target + 1] as number;
    for (let slot = flat.offsets[target] as number; slot < to; slot++) {
      if (((domains[slot] as number) & ~(flat.allowed[allowedFrom + slot] as number)) !== 0) {
        return false;
      }
    }
    return true;
  }

  /** The counts of the values that a requirement leaves; with what the extra adds where it asks for one. */
  #sumOf(requirement: number, isVirtual: boolean): number {
    const { flat, domains } = this.#propagation;
    const { allowed } = flat;
    const counts = this.#counts;
    const target = flat.targets[requirement] as number;
    const row = flat.firstValue[flat.bases[target] as number] as number;
    const extraRow = flat.firstValue[target] as number;
    const from = flat.offsets[target] as number;
    const allowedFrom = flat.allowedFrom[requirement] as number;
    const words = (flat.offsets[target + 1] as number) - from;
    let sum = 0;
    for (let index = 0; index < words; index++) {
      let word = (domains[from + index] as number) & (allowed[allowedFrom + index] as number);
      for (; word !== 0; word &= word - 1) {
        const value = index * 32 + lowestBit(word);
        const count = counts[row + value] as number;
        sum += isVirtual ? count * (counts[extraRow + value] as number) : count;
      }
    }
    return sum;
  }

  /** The counts of all remaining values of a package. */
  #allOf(target: number): number {
    if (this.#allAt[target] !== this.#choice) {
      const { flat, domains } = this.#propagation;
      const counts = this.#counts;
      const row = flat.firstValue[flat.bases[target] as number] as number;
      const from = flat.offsets[target] as number;
      const words = (flat.offsets[target + 1] as number) - from;
      let all = 0;
      for (let index = 0; index < words; index++) {
        for (let word = (domains[from + index] as number) | 0; word !== 0; word &= word - 1) {
          all += counts[row + index * 32 + lowestBit(word)] as number;
        }
      }
      this.#allAt[target] = this.#choice;
      this.#all[target] = all;
    }
    return this.#all[target] as number;
  }
}

function bounded(weight: number): number {
  if (weight < LEAST_WEIGHT) {
    return LEAST_WEIGHT;
  }
  return weight > MOST_WEIGHT ? MOST_WEIGHT : weight;
}
