// Finds a stack, or the reason why there is none, by unit propagation and conflict-driven learning in the manner of PubGrub.
// Every learned incompatibility remembers the two that it follows from, so a failure is a proof.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { at } from '../space/at.ts';
import { difference, emptySet, addTo, equalSets, has, membersOf } from '../space/bit-set.ts';
import type { Model } from '../space/model.ts';
import { absentValue, everything, resolve, type Incompatibility } from './incompatibility.ts';
import { PartialSolution } from './partial-solution.ts';

export type Solution =
  | { readonly kind: 'stack'; readonly values: Int32Array }
  /** The incompatibility has no terms; its derivation is the proof. */
  | { readonly kind: 'none'; readonly proof: Incompatibility };

/** @throws TROOP-1907 after more conflicts than that */
export function solve(model: Model, known: readonly Incompatibility[], maxConflicts: number): Solution {
  const impossible = known.find(({ terms }) => terms.size === 0);
  return impossible === undefined
    ? new LearningSolver(model, known, maxConflicts).solve()
    : { kind: 'none', proof: impossible };
}

class LearningSolver {
  readonly #model: Model;
  readonly #partial: PartialSolution;
  /** By package: the incompatibilities that speak of it. */
  readonly #mentions: Incompatibility[][];
  readonly #changed: Set<number>;
  readonly #maxConflicts: number;
  #conflicts = 0;

  constructor(model: Model, known: readonly Incompatibility[], maxConflicts: number) {
    this.#model = model;
    this.#maxConflicts = maxConflicts;
    this.#partial = new PartialSolution(model);
    this.#mentions = model.packages.map(() => []);
    this.#changed = new Set(model.packages.keys());
    known.forEach((incompatibility) => this.#mention(incompatibility));
  }

  solve(): Solution {
    for (;;) {
      const proof = this.#propagate();
      if (proof !== null) {
        return { kind: 'none', proof };
      }
      const next = this.#partial.undecided();
      if (next === -1) {
        return { kind: 'stack', values: this.#values() };
      }
      this.#partial.choose(next, at(membersOf(this.#partial.left(next)), 0));
      this.#changed.add(next);
    }
  }

  #values(): Int32Array {
    return Int32Array.from(this.#model.packages, (_, index) => {
      const left = this.#partial.left(index);
      return has(left, absentValue(this.#model, index)) ? -1 : at(membersOf(left), 0);
    });
  }

  #mention(incompatibility: Incompatibility): void {
    for (const packageIndex of incompatibility.terms.keys()) {
      this.#mentions[packageIndex]?.push(incompatibility);
    }
  }

  /** Draws all conclusions. Null when that ends well, else the proof that there is no stack. */
  #propagate(): Incompatibility | null {
    for (const packageIndex of this.#changed) {
      this.#changed.delete(packageIndex);
      const conflict = this.#visit(packageIndex);
      if (conflict !== null) {
        const learned = this.#learn(conflict);
        if (learned.terms.size === 0) {
          return learned;
        }
        if (learned !== conflict) {
          this.#mention(learned);
        }
        this.#changed.clear();
        const conclusion = this.#conclude(learned);
        if (conclusion === 'conflict') {
          throw new RangeError('a learned incompatibility must leave a way');
        }
      }
    }
    return null;
  }

  /** The first incompatibility that is violated, if any. */
  #visit(packageIndex: number): Incompatibility | null {
    for (const incompatibility of [...this.#links(packageIndex), ...at(this.#mentions, packageIndex)]) {
      if (this.#conclude(incompatibility) === 'conflict') {
        return incompatibility;
      }
    }
    return null;
  }

  /** Where all terms but one are true, that one is false. */
  #conclude(incompatibility: Incompatibility): 'conflict' | 'done' {
    let open = -1;
    for (const [packageIndex, term] of incompatibility.terms) {
      const relation = this.#partial.relation(packageIndex, term);
      if (relation === 'contradicted' || (relation === 'open' && open !== -1)) {
        return 'done';
      }
      if (relation === 'open') {
        open = packageIndex;
      }
    }
    if (open === -1) {
      return 'conflict';
    }
    this.#partial.derive(open, incompatibility);
    this.#changed.add(open);
    return 'done';
  }

  /** Resolves a conflict with the causes of its last steps until it says something about an earlier level. */
  #learn(conflict: Incompatibility): Incompatibility {
    this.#conflicts += 1;
    if (this.#conflicts > this.#maxConflicts) {
      throw new TroopError('TROOP-1907', { steps: this.#maxConflicts });
    }
    let learned = conflict;
    while (learned.terms.size > 0) {
      const { step, levelBefore } = this.#partial.lastStepOf(learned);
      if (step.cause === null || levelBefore < step.level) {
        this.#partial.backtrack(levelBefore);
        return learned;
      }
      learned = resolve(this.#model, learned, step.cause, step.packageIndex);
    }
    return learned;
  }

  /** A project and each of its extras are the same release: what that says about the values that are left. */
  #links(packageIndex: number): readonly Incompatibility[] {
    return this.#model.packages.flatMap(({ base, extra }, virtual) => {
      const isTouched =
        extra !== null && base !== virtual && (virtual === packageIndex || base === packageIndex);
      return isTouched ? [this.#baseFollows(virtual, base), this.#extraFollows(virtual, base)] : [];
    });
  }

  /** The extra is in the stack with certain values, so the base is too. */
  #baseFollows(virtual: number, base: number): Incompatibility {
    const values = this.#valuesLeft(virtual);
    return {
      terms: new Map([
        [virtual, values],
        [base, difference(everything(this.#model, base), values)],
      ]),
      cause: { kind: 'link' },
    };
  }

  /** The base has certain values, so the extra has no others. */
  #extraFollows(virtual: number, base: number): Incompatibility {
    const values = this.#partial.left(base);
    const absent = absentValue(this.#model, virtual);
    const others = emptySet(absent + 1);
    for (let value = 0; value < absent; value++) {
      if (!has(values, value)) {
        addTo(others, value);
      }
    }
    const isVacuous = equalSets(others, emptySet(absent + 1)) || has(values, absent);
    return {
      terms: isVacuous
        ? new Map([
            [virtual, emptySet(absent + 1)],
            [base, emptySet(absent + 1)],
          ])
        : new Map([
            [virtual, others],
            [base, values],
          ]),
      cause: { kind: 'link' },
    };
  }

  #valuesLeft(packageIndex: number): Uint32Array {
    const absent = absentValue(this.#model, packageIndex);
    const set = this.#partial.left(packageIndex).slice();
    set[absent >>> 5] = ((set[absent >>> 5] ?? 0) & ~(1 << (absent & 31))) >>> 0;
    return set;
  }
}
