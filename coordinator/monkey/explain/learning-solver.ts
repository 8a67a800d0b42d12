// Finds a stack, or the reason why there is none, by unit propagation and conflict-driven learning in the manner of PubGrub.
// Every learned incompatibility remembers the two that it follows from, so a failure is a proof.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { at } from '../space/at.ts';
import { addTo, difference, emptySet, equalSets, has, membersOf, setOf } from '../space/bit-set.ts';
import type { Model } from '../space/model.ts';
import { absentValue, everything, resolve, type Incompatibility } from './incompatibility.ts';
import { PartialSolution } from './partial-solution.ts';
import { Watched } from './watched.ts';

export type Solution =
  | { readonly kind: 'stack'; readonly values: Int32Array }
  /** The incompatibility has no terms; its derivation is the proof. */
  | { readonly kind: 'none'; readonly proof: Incompatibility };

/** How many conflicts a search may still come to; below 0 when it gave up. */
export interface ConflictBudget {
  conflictsLeft: number;
}

/** @throws TROOP-1907 after more conflicts than that */
export function solve(model: Model, known: readonly Incompatibility[], maxConflicts: number): Solution {
  const impossible = known.find(({ terms }) => terms.size === 0);
  if (impossible !== undefined) {
    return { kind: 'none', proof: impossible };
  }
  const solution = new LearningSolver(model, known).solve(new Map(), { conflictsLeft: maxConflicts });
  if (solution.kind === 'none under assumptions') {
    throw new RangeError('nothing was assumed');
  }
  return solution;
}

export type SolutionUnder = Solution | { readonly kind: 'none under assumptions' };

/** By package what is assumed of it: some values, or absence as its last. */
export type Assumptions = ReadonlyMap<number, Uint32Array>;

/** What is learned from earlier questions and kept at most. */
const MAX_LEARNED = 4_000;

/** Keeps what it learned from one question for the next. */
export class LearningSolver {
  readonly #model: Model;
  readonly #partial: PartialSolution;
  /** By package: the incompatibilities that speak of it. */
  #mentions: Watched[][];
  /** In the order in which it was learned. */
  readonly #learned: Watched[] = [];
  /** That there is no stack whatever is assumed, once that is known. */
  #proof: Incompatibility | null = null;
  /** By package: the virtual packages, itself or its own, that are the same release as their base. */
  readonly #linked: readonly (readonly number[])[];
  readonly #changed: Set<number>;
  #conflicts = 0;

  /** @param known none of them without terms */
  constructor(model: Model, known: readonly Incompatibility[]) {
    this.#model = model;
    this.#partial = new PartialSolution(model);
    this.#mentions = model.packages.map(() => []);
    this.#linked = model.packages.map((_, index) =>
      model.packages.flatMap(({ base, extra }, virtual) =>
        extra !== null && base !== virtual && (virtual === index || base === index) ? [virtual] : [],
      ),
    );
    this.#changed = new Set(model.packages.keys());
    known.forEach((incompatibility) => this.#mention(new Watched(incompatibility)));
  }

  /** @throws TROOP-1907 when the budget is used up */
  solve(assumptions: Assumptions, budget: ConflictBudget): SolutionUnder {
    this.#partial.backtrack(0);
    this.#forget();
    for (;;) {
      this.#proof ??= this.#propagate(budget);
      if (this.#proof !== null) {
        return { kind: 'none', proof: this.#proof };
      }
      const assumed = this.#openAssumption(assumptions);
      if (assumed === 'contradicted') {
        return { kind: 'none under assumptions' };
      }
      const next = assumed ?? this.#choice();
      if (next === null) {
        return { kind: 'stack', values: this.#values() };
      }
      this.#partial.choose(...next);
      this.#changed.add(next[0]);
    }
  }

  /** The first that does not hold yet, if any. */
  #openAssumption(assumptions: Assumptions): readonly [number, Uint32Array] | 'contradicted' | null {
    for (const [packageIndex, allowed] of assumptions) {
      const relation = this.#partial.relation(packageIndex, allowed);
      if (relation !== 'satisfied') {
        return relation === 'contradicted' ? relation : [packageIndex, allowed];
      }
    }
    return null;
  }

  /** A package that is not decided and the first of its values. */
  #choice(): readonly [number, Uint32Array] | null {
    const next = this.#partial.undecided();
    if (next === -1) {
      return null;
    }
    const left = this.#partial.left(next);
    return [next, setOf(at(this.#model.packages, next).size + 1, membersOf(left).slice(0, 1))];
  }

  #values(): Int32Array {
    return Int32Array.from(this.#model.packages, (_, index) => {
      const left = this.#partial.left(index);
      return has(left, absentValue(this.#model, index)) ? -1 : at(membersOf(left), 0);
    });
  }

  #mention(watched: Watched): void {
    for (const packageIndex of watched.incompatibility.terms.keys()) {
      this.#mentions[packageIndex]?.push(watched);
    }
  }

  /** The older half of what was learned, where there is so much that going through it takes longer than learning it again. */
  #forget(): void {
    if (this.#learned.length <= MAX_LEARNED) {
      return;
    }
    const forgotten = new Set(this.#learned.splice(0, this.#learned.length - MAX_LEARNED / 2));
    this.#mentions = this.#mentions.map((own) => own.filter((watched) => !forgotten.has(watched)));
  }

  /** Draws all conclusions. Null when that ends well, else the proof that there is no stack. */
  #propagate(budget: ConflictBudget): Incompatibility | null {
    for (const packageIndex of this.#changed) {
      this.#changed.delete(packageIndex);
      const conflict = this.#visit(packageIndex);
      if (conflict !== null) {
        const learned = this.#learn(conflict, budget);
        if (learned.terms.size === 0) {
          return learned;
        }
        const watched = new Watched(learned);
        if (learned !== conflict) {
          this.#mention(watched);
          this.#learned.push(watched);
        }
        this.#changed.clear();
        if (this.#conclude(watched) === 'conflict') {
          throw new RangeError('a learned incompatibility must leave a way');
        }
      }
    }
    return null;
  }

  /** Where a question is given up in the middle, what follows without any choice is found anew by the next. */
  #startAgain(): void {
    this.#partial.backtrack(0);
    this.#changed.clear();
    for (const packageIndex of this.#model.packages.keys()) {
      this.#changed.add(packageIndex);
    }
  }

  /** The first incompatibility that is violated, if any. */
  #visit(packageIndex: number): Incompatibility | null {
    const isViolated = (watched: Watched): boolean => this.#conclude(watched) === 'conflict';
    const links = this.#links(packageIndex).map((link) => new Watched(link));
    const violated = links.find(isViolated) ?? at(this.#mentions, packageIndex).find(isViolated);
    return violated?.incompatibility ?? null;
  }

  /** Where all terms but one are true, that one is false. */
  #conclude(watched: Watched): 'conflict' | 'done' {
    const open = watched.conclusion(this.#partial);
    if (open === -1) {
      return 'conflict';
    }
    if (open !== null) {
      this.#partial.derive(open, watched.incompatibility);
      this.#changed.add(open);
    }
    return 'done';
  }

  /** Resolves a conflict with the causes of its last steps until it says something about an earlier level. */
  #learn(conflict: Incompatibility, budget: ConflictBudget): Incompatibility {
    this.#conflicts += 1;
    budget.conflictsLeft -= 1;
    if (budget.conflictsLeft < 0) {
      this.#startAgain();
      throw new TroopError('TROOP-1907', { steps: this.#conflicts });
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
    return at(this.#linked, packageIndex).flatMap((virtual) => {
      const { base } = at(this.#model.packages, virtual);
      return [this.#baseFollows(virtual, base), this.#extraFollows(virtual, base)];
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
