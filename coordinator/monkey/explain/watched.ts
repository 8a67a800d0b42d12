// An incompatibility as the solver comes back to it again and again: most times nothing follows from it, and the terms that kept
// it from saying anything the last time mostly still do.
import { at } from '../space/at.ts';
import type { Incompatibility } from './incompatibility.ts';
import type { PartialSolution } from './partial-solution.ts';

export class Watched {
  readonly incompatibility: Incompatibility;
  readonly #packages: readonly number[];
  readonly #terms: readonly Uint32Array[];
  /** Places of two terms, the same where there is one alone. */
  #first = 0;
  #second: number;

  constructor(incompatibility: Incompatibility) {
    this.incompatibility = incompatibility;
    this.#packages = [...incompatibility.terms.keys()];
    this.#terms = [...incompatibility.terms.values()];
    this.#second = this.#terms.length - 1;
  }

  /** The package whose term is the only one that is not true yet, where no term is false; -1 where all are true. */
  conclusion(partial: PartialSolution): number | null {
    const first = this.#relation(partial, this.#first);
    if (first === 'contradicted') {
      return null;
    }
    if (this.#first !== this.#second) {
      const second = this.#relation(partial, this.#second);
      if (second === 'contradicted' || (first === 'open' && second === 'open')) {
        return null;
      }
    }
    return this.#lookAtAll(partial);
  }

  #lookAtAll(partial: PartialSolution): number | null {
    let open = -1;
    for (let place = 0; place < this.#terms.length; place++) {
      const relation = this.#relation(partial, place);
      if (relation === 'contradicted') {
        this.#first = place;
        return null;
      }
      if (relation === 'open' && open !== -1) {
        this.#first = open;
        this.#second = place;
        return null;
      }
      open = relation === 'open' ? place : open;
    }
    return open === -1 ? -1 : at(this.#packages, open);
  }

  #relation(partial: PartialSolution, place: number): ReturnType<PartialSolution['relation']> {
    return partial.relation(this.#packages[place] as number, this.#terms[place] as Uint32Array);
  }
}
