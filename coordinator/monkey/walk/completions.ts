// How many stacks each class may begin, roughly, before any walk: its members times what the packages add that only some
// stacks have. A class that brings a whole tree of further packages begins most stacks, and a walk that does not know that
// hardly ever comes there.
import type { Propagation } from '../propagate.ts';
import { at } from '../space/at.ts';
import { has } from '../space/bit-set.ts';
import type { ModelRequirement } from '../space/model.ts';
import type { WalkModel } from './walk-model.ts';

/** Products beyond are cut off: they only weigh choices, and no weight may be infinite. */
const MAX_COMPLETIONS = 1e200;

/** By row of a class, as in the propagation's `flat.firstValue`: its members; 1 for classes of virtual packages. */
export function memberCounts({ model, members }: WalkModel): Float64Array {
  return Float64Array.from(
    model.packages.flatMap(({ extra }, index) =>
      at(members, index).map((values) => (extra === null ? values.length : 1)),
    ),
  );
}

/**
 * By row of a class: its members, times the completions of the optional packages that it asks for, times the share that it leaves
 * of the others. Where several packages ask for an optional one, it counts several times: a walk
 * that comes too often to large parts of a space says more than one that hardly ever comes there.
 * @param propagation started and before any choice
 */
export function completions(walk: WalkModel, propagation: Propagation): Float64Array {
  return new Completions(walk, propagation).compute();
}

class Completions {
  readonly #walk: WalkModel;
  readonly #propagation: Propagation;
  readonly #counts: Float64Array;

  constructor(walk: WalkModel, propagation: Propagation) {
    this.#walk = walk;
    this.#propagation = propagation;
    this.#counts = memberCounts(walk);
  }

  compute(): Float64Array {
    const { model, places } = this.#walk;
    const lastFirst = [...model.packages.keys()].toSorted((a, b) => at(places, b) - at(places, a));
    for (const packageIndex of lastFirst) {
      const row = this.#row(packageIndex);
      at(model.packages, packageIndex).needs.forEach((needs, value) => {
        let count = this.#counts[row + value] as number;
        for (const requirement of needs) {
          count *= this.#factor(packageIndex, at(model.requirements, requirement));
        }
        this.#counts[row + value] = Math.min(count, MAX_COMPLETIONS);
      });
    }
    return this.#counts;
  }

  #factor(packageIndex: number, { target, allowed }: ModelRequirement): number {
    const { model, places, isRequired } = this.#walk;
    const base = at(model.packages, target).base;
    const isEarlier = at(places, target) <= at(places, packageIndex);
    if (isEarlier || base === at(model.packages, packageIndex).base) {
      return 1;
    }
    if (base !== target) {
      return at(isRequired, target) ? 1 : this.#averageOf(target, base);
    }
    let sum = 0;
    let all = 0;
    for (let value = 0; value < at(model.packages, target).size; value++) {
      if (this.#propagation.has(target, value)) {
        const count = this.#counts[this.#row(target) + value] as number;
        all += count;
        sum += has(allowed, value) ? count : 0;
      }
    }
    if (sum === 0) {
      return 1;
    }
    // What every stack has is not there because of this class; it is only narrowed by it.
    return at(isRequired, target) ? sum / all : sum;
  }

  /** What an extra adds to its base. */
  #averageOf(virtual: number, base: number): number {
    let sum = 0;
    let all = 0;
    for (let value = 0; value < at(this.#walk.model.packages, virtual).size; value++) {
      if (this.#propagation.has(base, value)) {
        const count = this.#counts[this.#row(base) + value] as number;
        all += count;
        sum += count * (this.#counts[this.#row(virtual) + value] as number);
      }
    }
    return sum > 0 && sum < Infinity ? sum / all : 1;
  }

  #row(packageIndex: number): number {
    return this.#propagation.flat.firstValue[packageIndex] as number;
  }
}
