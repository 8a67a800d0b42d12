// What is settled so far while a stack is looked for: for each package the values that are left, and how it came to that,
// step by step.
import { at } from '../space/at.ts';
import { areDisjoint, difference, has, intersection, isSubset, sizeOf } from '../space/bit-set.ts';
import type { Model } from '../space/model.ts';
import { absentValue, everything, type Incompatibility } from './incompatibility.ts';

interface Step {
  readonly packageIndex: number;
  /** What this step leaves of all values, by itself. */
  readonly allowed: Uint32Array;
  /** What was left of the package before it, and after it. */
  readonly before: Uint32Array;
  readonly after: Uint32Array;
  /** Number of choices up to and with it. */
  readonly level: number;
  /** Null for a choice. */
  readonly cause: Incompatibility | null;
}

export type Relation = 'satisfied' | 'contradicted' | 'open';

export class PartialSolution {
  readonly #model: Model;
  readonly #left: Uint32Array[];
  readonly #steps: Step[] = [];
  /** By package: the places of its steps, ascending. */
  readonly #stepsOf: readonly number[][];
  #level = 0;

  constructor(model: Model) {
    this.#model = model;
    this.#left = model.packages.map((_, index) => everything(model, index));
    this.#stepsOf = model.packages.map(() => []);
  }

  left(packageIndex: number): Uint32Array {
    return at(this.#left, packageIndex);
  }

  relation(packageIndex: number, term: Uint32Array): Relation {
    const left = at(this.#left, packageIndex);
    if (isSubset(left, term)) {
      return 'satisfied';
    }
    return areDisjoint(left, term) ? 'contradicted' : 'open';
  }

  /** A package that must be in the stack and has several values left: one with the fewest. -1 when all are decided. */
  undecided(): number {
    let best = -1;
    let fewest = Infinity;
    this.#left.forEach((left, index) => {
      if (!has(left, absentValue(this.#model, index))) {
        const size = sizeOf(left);
        if (size > 1 && size < fewest) {
          best = index;
          fewest = size;
        }
      }
    });
    return best;
  }

  /** Goes on with some of the values that are left, or with absence. */
  choose(packageIndex: number, allowed: Uint32Array): void {
    this.#level += 1;
    this.#add(packageIndex, allowed, null);
  }

  /** Takes a term of an incompatibility for false, since all its other terms are true. */
  derive(packageIndex: number, cause: Incompatibility): void {
    const term = cause.terms.get(packageIndex) ?? everything(this.#model, packageIndex);
    this.#add(packageIndex, difference(everything(this.#model, packageIndex), term), cause);
  }

  /**
   * The step that made all terms of an incompatibility true, and the level that the others, and what else was needed of the
   * same package, had before it.
   */
  lastStepOf(incompatibility: Incompatibility): { readonly step: Step; readonly levelBefore: number } {
    const indices = [...incompatibility.terms].map(
      ([packageIndex, term]) => [this.#satisfiedAt(packageIndex, term), term] as const,
    );
    const [last, term] = indices.reduce((a, b) => (b[0] > a[0] ? b : a));
    const step = at(this.#steps, last);
    const others = indices.filter(([index]) => index !== last).map(([index]) => this.#levelAt(index));
    const rest = difference(everything(this.#model, step.packageIndex), difference(step.allowed, term));
    const own = this.#levelAt(this.#satisfiedAt(step.packageIndex, rest));
    return { step, levelBefore: Math.max(0, own, ...others) };
  }

  /** Undoes all steps above a level. */
  backtrack(level: number): void {
    for (let step = this.#steps.at(-1); step !== undefined && step.level > level; step = this.#steps.at(-1)) {
      this.#left[step.packageIndex] = step.before;
      this.#stepsOf[step.packageIndex]?.pop();
      this.#steps.pop();
    }
    this.#level = level;
  }

  #add(packageIndex: number, allowed: Uint32Array, cause: Incompatibility | null): void {
    const before = at(this.#left, packageIndex);
    const after = intersection(before, allowed);
    this.#left[packageIndex] = after;
    this.#stepsOf[packageIndex]?.push(this.#steps.length);
    this.#steps.push({ packageIndex, allowed, before, after, level: this.#level, cause });
  }

  #levelAt(stepIndex: number): number {
    return stepIndex === -1 ? 0 : at(this.#steps, stepIndex).level;
  }

  /** The first step after which a term is true; -1 when it always was. */
  #satisfiedAt(packageIndex: number, term: Uint32Array): number {
    if (isSubset(everything(this.#model, packageIndex), term)) {
      return -1;
    }
    const own = at(this.#stepsOf, packageIndex);
    return own.find((index) => isSubset(at(this.#steps, index).after, term)) ?? -1;
  }
}
