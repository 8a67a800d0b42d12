// What the first choices of walks come to. Nearly all of a space is open then, so propagation has the most to do, and there are
// few such choices: what they change is kept, and made again instead of found out again. No walk depends on it.
import type { Propagation } from '../propagate.ts';

/** Numbers that are kept at most. A matter of speed and memory alone. */
const MAX_KEPT_NUMBERS = 2 ** 18;

interface Step {
  /** What the choice changes in the propagation; null when it leads to a conflict. */
  readonly changes: Int32Array | null;
  /** By value of the package that is decided next. */
  readonly next: Map<number, Step>;
}

export class FirstSteps {
  readonly #propagation: Propagation;
  readonly #first: Step = { changes: null, next: new Map() };
  #kept = 0;
  /** Null behind what is kept. */
  #last: Step | null = null;

  constructor(propagation: Propagation) {
    this.#propagation = propagation;
  }

  /** Must be called where all walks begin. */
  begin(): void {
    this.#last = this.#first;
  }

  /** Chooses a value of the package that is always decided after these choices. False when that leads to a conflict. */
  take(packageIndex: number, value: number): boolean {
    const last = this.#last;
    if (last === null) {
      return this.#propagation.assign(packageIndex, value);
    }
    const known = last.next.get(value);
    this.#last = known ?? null;
    if (known === undefined) {
      return this.#find(last, packageIndex, value);
    }
    if (known.changes !== null) {
      this.#propagation.replay(known.changes);
    }
    return known.changes !== null;
  }

  #find(last: Step, packageIndex: number, value: number): boolean {
    const before = this.#propagation.mark();
    const isPossible = this.#propagation.assign(packageIndex, value);
    if (this.#kept < MAX_KEPT_NUMBERS) {
      const changes = isPossible ? this.#propagation.changesSince(before) : null;
      this.#kept += 1 + (changes?.length ?? 0);
      last.next.set(value, { changes, next: new Map() });
    }
    return isPossible;
  }
}
