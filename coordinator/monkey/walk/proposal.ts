// How a walk weighs the classes of the package that it decides: by the stacks that each may begin, looking one step ahead at
// what its requirements leave of their targets.
import type { Propagation } from '../propagate.ts';
import type { WalkModel } from './walk-model.ts';

export class Proposal {
  readonly #walk: WalkModel;
  readonly #propagation: Propagation;
  /** By row of a class: roughly how many stacks it begins. */
  readonly #counts: Float64Array;
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
    this.#left = new Float64Array(walk.model.requirements.length);
    this.#leftAt = new Int32Array(walk.model.requirements.length);
    this.#all = new Float64Array(walk.model.packages.length);
    this.#allAt = new Int32Array(walk.model.packages.length);
  }

  /** Must be called after the propagation has changed. */
  beginChoice(): void {
    this.#choice += 1;
  }

  /** Above 0 for a remaining class of a real package. */
  weigh(packageIndex: number, value: number): number {
    const row = (this.#propagation.flat.firstValue[packageIndex] as number) + value;
    let weight = (this.#counts[row] as number) * this.#weighNeeds(row, packageIndex);
    for (const virtual of this.#walk.extras[packageIndex] as readonly number[]) {
      if (this.#propagation.isRequired(virtual)) {
        const own = (this.#propagation.flat.firstValue[virtual] as number) + value;
        weight *= this.#weighNeeds(own, packageIndex);
      }
    }
    // A choice that is possible stays so, however little it seems to promise.
    return Math.min(Math.max(weight, Number.MIN_VALUE * 2 ** 60), Number.MAX_VALUE / 2 ** 20);
  }

  #weighNeeds(row: number, own: number): number {
    const { needs, needsFrom, targets } = this.#propagation.flat;
    let weight = 1;
    const end = needsFrom[row + 1] as number;
    for (let index = needsFrom[row] as number; index < end; index++) {
      const requirement = needs[index] as number;
      if (targets[requirement] !== own) {
        weight *= this.#leftBy(requirement);
      }
    }
    return weight;
  }

  #leftBy(requirement: number): number {
    if (this.#leftAt[requirement] !== this.#choice) {
      this.#leftAt[requirement] = this.#choice;
      this.#left[requirement] = this.#computeLeft(requirement);
    }
    return this.#left[requirement] as number;
  }

  /** The share that a requirement leaves of a package that is in the stack anyway, or what a further package adds. */
  #computeLeft(requirement: number): number {
    const { targets, bases } = this.#propagation.flat;
    const target = targets[requirement] as number;
    const isVirtual = bases[target] !== target;
    const isThere = this.#propagation.isRequired(target) || (this.#walk.isRequired[target] as boolean);
    if (isVirtual) {
      return isThere ? 1 : this.#sumOf(requirement, true) / this.#allOf(target);
    }
    return isThere ? this.#sumOf(requirement, false) / this.#allOf(target) : this.#sumOf(requirement, false);
  }

  /** The counts of the values that a requirement leaves; with what the extra adds where it asks for one. */
  #sumOf(requirement: number, isVirtual: boolean): number {
    const { flat, domains } = this.#propagation;
    const target = flat.targets[requirement] as number;
    const row = flat.firstValue[flat.bases[target] as number] as number;
    const extraRow = flat.firstValue[target] as number;
    const from = flat.offsets[target] as number;
    const allowedFrom = flat.allowedFrom[requirement] as number;
    const words = (flat.offsets[target + 1] as number) - from;
    let sum = 0;
    for (let index = 0; index < words; index++) {
      const left = (domains[from + index] as number) & (flat.allowed[allowedFrom + index] as number);
      for (let word = left; word !== 0; word &= word - 1) {
        const value = index * 32 + 31 - Math.clz32(word & -word);
        const count = this.#counts[row + value] as number;
        sum += isVirtual ? count * (this.#counts[extraRow + value] as number) : count;
      }
    }
    return sum;
  }

  /** The counts of all remaining values of a package. */
  #allOf(target: number): number {
    if (this.#allAt[target] !== this.#choice) {
      const { flat, domains } = this.#propagation;
      const row = flat.firstValue[flat.bases[target] as number] as number;
      const from = flat.offsets[target] as number;
      const words = (flat.offsets[target + 1] as number) - from;
      let all = 0;
      for (let index = 0; index < words; index++) {
        for (let word = domains[from + index] as number; word !== 0; word &= word - 1) {
          all += this.#counts[row + index * 32 + 31 - Math.clz32(word & -word)] as number;
        }
      }
      this.#allAt[target] = this.#choice;
      this.#all[target] = all;
    }
    return this.#all[target] as number;
  }
}
