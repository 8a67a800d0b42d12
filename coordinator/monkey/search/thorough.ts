// The first stack in the order of preference, by whichever way finds it: taking choices back is a thousand times as fast a step
// as asking an oracle, and enough for most spaces; only the oracle gets out of conflicts that are deep down. Both find the same
// stack by the same choices, so how long each is given is no part of a stream.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { Model } from '../space/model.ts';
import type { Propagation } from '../propagate.ts';
import { DepthFirstSearch, type Choice, type Chooser, type SearchBudget } from './depth-first.ts';
import { guidedSearch, type Limits } from './guided.ts';
import { Oracle } from './oracle.ts';

/** How many choices may fail: at first, at first where the oracle helped the last time, and before all is given up. */
const FAILURES = { soon: 20_000, sooner: 500, most: 200_000 };
/** How many conflicts the oracle may come to: at first, and before all is given up. */
const CONFLICTS = { soon: 1_000, most: 20_000 };

export class ThoroughSearch {
  readonly #model: Model;
  readonly #propagation: Propagation;
  readonly #chooser: Chooser;
  #oracle: Oracle | null = null;
  #patience = FAILURES.soon;

  constructor(model: Model, propagation: Propagation, chooser: Chooser) {
    this.#model = model;
    this.#propagation = propagation;
    this.#chooser = chooser;
  }

  /**
   * The choices of the most preferred stack of what the propagation holds, which it leads to; null when there is none, and
   * nothing has changed then.
   * @param limits what has led the propagation to where it is
   * @throws TROOP-1907
   */
  first(limits: Limits): readonly Choice[] | null {
    const ways = [
      () => this.#depthFirst(this.#patience),
      () => this.#guided(limits, CONFLICTS.soon),
      () => this.#depthFirst(FAILURES.most),
      () => this.#guided(limits, CONFLICTS.most),
    ];
    for (const way of ways) {
      const choices = way();
      if (choices !== 'given up') {
        return choices;
      }
    }
    throw new TroopError('TROOP-1907', { steps: FAILURES.most });
  }

  #depthFirst(failures: number): readonly Choice[] | null | 'given up' {
    const budget: SearchBudget = { failuresLeft: failures };
    const search = new DepthFirstSearch(this.#propagation, this.#chooser, budget);
    if (search.next()) {
      return search.choices;
    }
    return budget.failuresLeft < 0 ? 'given up' : null;
  }

  #guided(limits: Limits, conflicts: number): readonly Choice[] | null | 'given up' {
    const start = this.#propagation.mark();
    this.#oracle ??= new Oracle(this.#model);
    try {
      const guide = { oracle: this.#oracle, budget: { conflictsLeft: conflicts } };
      const choices = guidedSearch(this.#propagation, this.#chooser, guide, limits);
      this.#patience = FAILURES.sooner;
      return choices;
    } catch (error) {
      if (!(error instanceof TroopError && error.code === 'TROOP-1907')) throw error;
      this.#propagation.undoTo(start);
      this.#patience = FAILURES.soon;
      return 'given up';
    }
  }
}
