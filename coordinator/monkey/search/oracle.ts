// Says whether any stack of a model has some choices, however deep the conflicts are: it learns from each one and keeps what it
// learned for the next question. Its answers are facts of the model, so no stream depends on how it comes to them.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { Incompatibility } from '../explain/incompatibility.ts';
import { LearningSolver, type ConflictBudget } from '../explain/learning-solver.ts';
import { modelIncompatibilities } from '../explain/model-incompatibilities.ts';
import { at } from '../space/at.ts';
import { difference, fullSet, intersectInto, setOf } from '../space/bit-set.ts';
import type { Model } from '../space/model.ts';

/** A package with one of its values. */
export interface Decision {
  readonly packageIndex: number;
  readonly value: number;
}

export class Oracle {
  readonly #model: Model;
  readonly #solver: LearningSolver | null;

  constructor(model: Model) {
    this.#model = model;
    const known: readonly Incompatibility[] = modelIncompatibilities(model);
    this.#solver = known.some(({ terms }) => terms.size === 0) ? null : new LearningSolver(model, known);
  }

  /**
   * By package the values, -1 for packages outside, of some stack that has all of some choices, each of a package that the ones
   * before it, or the roots, ask for, and nothing that is ruled out; null when there is none.
   * @throws TROOP-1907 when the budget is used up
   */
  stackWith(
    choices: readonly Decision[],
    ruledOut: readonly Decision[],
    budget: ConflictBudget,
  ): Int32Array | null {
    const solution = this.#solver?.solve(this.#assumed(choices, ruledOut), budget);
    return solution?.kind === 'stack' ? solution.values : null;
  }

  /** Whether a stack has a value of a package that every stack has, or nobody knows within the budget. */
  mayHave(decision: Decision, budget: ConflictBudget): boolean {
    try {
      return budget.conflictsLeft < 0 || this.stackWith([decision], [], budget) !== null;
    } catch (error) {
      if (error instanceof TroopError && error.code === 'TROOP-1907') return true;
      throw error;
    }
  }

  #assumed(choices: readonly Decision[], ruledOut: readonly Decision[]): ReadonlyMap<number, Uint32Array> {
    const assumed = new Map<number, Uint32Array>();
    const narrow = (packageIndex: number, allowed: Uint32Array): void => {
      const known = assumed.get(packageIndex);
      if (known === undefined) assumed.set(packageIndex, allowed);
      else intersectInto(known, allowed);
    };
    for (const { packageIndex, value } of choices) {
      narrow(packageIndex, setOf(this.#sizeOf(packageIndex), [value]));
    }
    for (const { packageIndex, value } of ruledOut) {
      const size = this.#sizeOf(packageIndex);
      narrow(packageIndex, difference(fullSet(size), setOf(size, [value])));
    }
    return assumed;
  }

  /** With room for absence. */
  #sizeOf(packageIndex: number): number {
    return at(this.#model.packages, packageIndex).size + 1;
  }
}
