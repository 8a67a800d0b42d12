// All stacks of a space, the most preferred first and without repetition, after Lawler's partition of a solution set: every
// stack found splits the rest of its part into parts that agree with it up to one package and differ there.
// https://doi.org/10.1287/mnsc.18.7.401
import { Propagation } from '../propagate.ts';
import type { StateSpace } from '../space/state-space.ts';
import { readStack, type Chooser } from './depth-first.ts';
import type { Limits } from './guided.ts';
import type { Decision } from './oracle.ts';
import { packagePriority } from './priority.ts';
import { ThoroughSearch } from './thorough.ts';

/** Whether candidates are preferred from the newest or from the oldest end. */
export type Preference = 'newest' | 'oldest';

/** A part of the space that is not empty, with the most preferred of its stacks. */
interface Part extends Limits {
  /** Choices that lead to it. */
  readonly decisions: readonly Decision[];
  readonly values: Int32Array;
  /** How far its stack is from the preferred end, in candidates. */
  readonly cost: number;
  /** Position of the package that makes it differ from the part it was split from; roots come first. */
  readonly position: number;
  readonly order: number;
}

export class BestFirstSearch {
  readonly #propagation: Propagation;
  readonly #priority: readonly number[];
  readonly #positionOf: ReadonlyMap<number, number>;
  readonly #preference: Preference;
  readonly #search: ThoroughSearch;
  readonly #isOpen: boolean;
  readonly #parts: Part[] = [];
  #isStarted = false;
  #made = 0;

  constructor(space: StateSpace, preference: Preference) {
    this.#propagation = new Propagation(space.model);
    this.#priority = packagePriority(space);
    this.#positionOf = new Map(this.#priority.map((index, position) => [index, position]));
    this.#preference = preference;
    this.#search = new ThoroughSearch(space.model, this.#propagation, this.#chooser());
    this.#isOpen = space.conflict === null && this.#propagation.start(space.model.roots);
  }

  /** The values of the next stack, or null. @throws TROOP-1907 */
  next(): Int32Array | null {
    if (!this.#isOpen) {
      return null;
    }
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#addPart({ shared: [], ruledOut: [] }, 0);
    }
    const best = popLeast(this.#parts);
    if (best === undefined) {
      return null;
    }
    this.#split(best);
    return best.values;
  }

  /** Everything of a part but its first stack: by the first choice that differs. */
  #split(part: Part): void {
    const start = this.#propagation.mark();
    this.#enter(part);
    for (let length = part.shared.length; length < part.decisions.length; length++) {
      const decision = part.decisions[length];
      if (decision === undefined) {
        break;
      }
      const shared = part.decisions.slice(0, length);
      // Kept although a later choice may imply them: a package whose last value was left by exclusion is no choice.
      const ruledOut = [...part.ruledOut, decision];
      const before = this.#propagation.mark();
      if (this.#propagation.exclude(decision.packageIndex, decision.value)) {
        this.#addPart({ shared, ruledOut }, this.#positionOf.get(decision.packageIndex) ?? 0);
      }
      this.#propagation.undoTo(before);
      this.#propagation.assign(decision.packageIndex, decision.value);
    }
    this.#propagation.undoTo(start);
  }

  #enter({ shared, ruledOut }: Limits): void {
    shared.forEach(({ packageIndex, value }) => this.#propagation.assign(packageIndex, value));
    ruledOut.forEach(({ packageIndex, value }) => this.#propagation.exclude(packageIndex, value));
  }

  /** Searches the part that the propagation is in, and keeps it when there is a stack. */
  #addPart(limits: Limits, position: number): void {
    const before = this.#propagation.mark();
    const choices = this.#search.first(limits);
    if (choices === null) {
      return;
    }
    const values = readStack(this.#propagation);
    this.#propagation.undoTo(before);
    const decisions = [
      ...limits.shared,
      ...choices.map(({ packageIndex, value }) => ({ packageIndex, value })),
    ];
    const cost = this.#priority.reduce((sum, index) => sum + this.#distance(index, values), 0);
    this.#made += 1;
    pushPart(this.#parts, { ...limits, decisions, values, cost, position, order: this.#made });
  }

  #distance(packageIndex: number, values: Int32Array): number {
    const value = values[packageIndex] ?? -1;
    if (value === -1) {
      return 0;
    }
    const last = (this.#propagation.flat.sizes[packageIndex] ?? 0) - 1;
    return this.#preference === 'newest' ? value : last - value;
  }

  #chooser(): Chooser {
    const preference = this.#preference;
    return {
      nextPackage: (propagation) =>
        this.#priority.find((index) => propagation.isRequired(index) && !propagation.isDecided(index)) ?? -1,
      nextValue: (propagation, index) =>
        propagation.valueAt(index, preference === 'newest' ? 0 : propagation.count(index) - 1),
    };
  }
}

function isBefore(a: Part, b: Part): boolean {
  if (a.cost !== b.cost) {
    return a.cost < b.cost;
  }
  return a.position === b.position ? a.order < b.order : a.position < b.position;
}

/** A binary heap with the least part at its root. */
function pushPart(heap: Part[], part: Part): void {
  let place = heap.push(part) - 1;
  while (place > 0) {
    const above = (place - 1) >>> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(part, parent)) {
      break;
    }
    heap[place] = parent;
    place = above;
  }
  heap[place] = part;
}

function popLeast(heap: Part[]): Part | undefined {
  const least = heap[0];
  const last = heap.pop();
  if (least === undefined || last === undefined || heap.length === 0) {
    return least;
  }
  let place = 0;
  for (;;) {
    const left = heap[2 * place + 1];
    const right = heap[2 * place + 2];
    const child = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
    if (child === undefined || !isBefore(child, last)) {
      break;
    }
    heap[place] = child;
    place = child === left ? 2 * place + 1 : 2 * place + 2;
  }
  heap[place] = last;
  return least;
}
