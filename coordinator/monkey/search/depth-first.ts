// Finds stacks by backtracking over choices, each followed by propagation. With a fixed order of packages and of values the
// stacks come in the lexicographic order of the choices.
import type { Propagation } from '../propagate.ts';

/** Which package to decide next, and with which value. */
export interface Chooser {
  /** A required package with more than one value left, or -1 when all are decided. */
  nextPackage(propagation: Propagation): number;
  /** A remaining value of that package. */
  nextValue(propagation: Propagation, packageIndex: number): number;
}

/** A choice point: undoing to `mark` takes the choice back. */
export interface Choice {
  readonly packageIndex: number;
  readonly value: number;
  readonly mark: number;
}

/** How many choices may still fail before a search gives up; below 0 when it did. */
export interface SearchBudget {
  failuresLeft: number;
}

/** A walk over all stacks of what the propagation holds when it begins, each once. */
export class DepthFirstSearch {
  readonly #propagation: Propagation;
  readonly #chooser: Chooser;
  readonly #budget: SearchBudget;
  readonly #choices: Choice[] = [];
  #isAtStack = false;

  constructor(propagation: Propagation, chooser: Chooser, budget: SearchBudget) {
    this.#propagation = propagation;
    this.#chooser = chooser;
    this.#budget = budget;
  }

  /** The choices that led to the stack that the propagation holds after `next`. */
  get choices(): readonly Choice[] {
    return this.#choices;
  }

  /**
   * Goes on to the next stack. True when the propagation holds it; false when there is no further one or the budget is used
   * up, and then the choices are taken back.
   */
  next(): boolean {
    if (this.#isAtStack && !this.#backtrack()) {
      return false;
    }
    this.#isAtStack = false;
    for (;;) {
      const packageIndex = this.#chooser.nextPackage(this.#propagation);
      if (packageIndex === -1) {
        this.#isAtStack = true;
        return true;
      }
      const value = this.#chooser.nextValue(this.#propagation, packageIndex);
      this.#choices.push({ packageIndex, value, mark: this.#propagation.mark() });
      if (!this.#propagation.assign(packageIndex, value) && !this.#backtrack()) {
        return false;
      }
    }
  }

  /** Takes choices back until one can be excluded without a conflict. False when none is left. */
  #backtrack(): boolean {
    for (let last = this.#choices.pop(); last !== undefined; last = this.#choices.pop()) {
      this.#budget.failuresLeft -= 1;
      this.#propagation.undoTo(last.mark);
      if (this.#budget.failuresLeft >= 0 && this.#propagation.exclude(last.packageIndex, last.value)) {
        return true;
      }
      this.#propagation.undoTo(last.mark);
    }
    this.#isAtStack = false;
    return false;
  }
}

/** The value of every package in the stack that the propagation holds, -1 for packages outside. */
export function readStack(propagation: Propagation): Int32Array {
  const values = new Int32Array(propagation.flat.packageCount).fill(-1);
  for (let index = 0; index < values.length; index++) {
    if (propagation.isRequired(index)) {
      values[index] = propagation.valueAt(index, 0);
    }
  }
  return values;
}
