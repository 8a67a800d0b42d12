// Rejected combinations, told in requirements, so that every count stays exact and no algorithm has to know of them. The values
// of the first term ask for a *selector*, a package with one value for each other term: "this is the first one that does not
// hold". The values of a selector ask that the terms before it hold and that its own does not. Exactly one of them fits, so a
// selector never multiplies a count. Asking a package for something would pull it into the stack; that is harmless where
// every stack has it. Where it is optional, a selector of two sides is asked for by both, each for its own side: both together
// have none. So two optional packages at most may be named: the first term and the last.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { RuleEffect } from '../rules/rule.ts';
import { at } from './at.ts';
import {
  addTo,
  difference,
  emptySet,
  fullSet,
  intersectInto,
  isEmpty,
  membersOf,
  setKey,
  setOf,
} from './bit-set.ts';
import type { Candidate } from './candidate.ts';
import type { Model, ModelPackage, ModelRequirement } from './model.ts';

export type Rejection = NonNullable<RuleEffect['rejects']>;

interface Term {
  readonly packageIndex: number;
  readonly values: Uint32Array;
}

/**
 * The model without the stacks that have all of a rejection.
 * @param candidates by package of the model
 * @param isRequired by package: whether every stack of the model has it
 * @throws TROOP-1943 when more than two packages of a rejection are optional
 */
export function rejectCombinations(
  model: Model,
  candidates: readonly (readonly Candidate[])[],
  isRequired: readonly boolean[],
  rejections: readonly Rejection[],
): Model {
  const draft = new ModelDraft(model);
  for (const rejection of rejections) {
    const terms = termsOf(model, candidates, rejection);
    if (terms !== null) {
      new RejectionWriter(draft, isRequired, rejection.text).add(
        inOrder(model, terms, isRequired, rejection),
      );
    }
  }
  return draft.model();
}

/** One term a package; null when no stack can have them all. */
function termsOf(
  model: Model,
  candidates: readonly (readonly Candidate[])[],
  { terms }: Rejection,
): readonly Term[] | null {
  const byPackage = new Map<number, Uint32Array>();
  for (const { matches } of terms) {
    const found = model.packages.flatMap(({ extra, initial }, packageIndex): Term[] => {
      if (extra !== null) {
        return [];
      }
      const own = at(candidates, packageIndex);
      const values = setOf(
        own.length,
        membersOf(initial).filter((value) => matches(at(own, value))),
      );
      return isEmpty(values) ? [] : [{ packageIndex, values }];
    });
    // A term names one project, so at most one package has it.
    const [term] = found;
    if (term === undefined) {
      return null;
    }
    const known = byPackage.get(term.packageIndex);
    if (known === undefined) byPackage.set(term.packageIndex, term.values);
    else intersectInto(known, term.values);
  }
  const all = [...byPackage].map(([packageIndex, values]) => ({ packageIndex, values }));
  return all.some(({ values }) => isEmpty(values)) ? null : all;
}

/** Optional packages first and last. */
function inOrder(
  model: Model,
  terms: readonly Term[],
  isRequired: readonly boolean[],
  { text }: Rejection,
): readonly Term[] {
  const optional = terms.filter(({ packageIndex }) => !at(isRequired, packageIndex));
  const required = terms.filter(({ packageIndex }) => at(isRequired, packageIndex));
  if (optional.length > 2) {
    const projects = terms.map(({ packageIndex }) => at(model.packages, packageIndex).name).join(', ');
    throw new TroopError('TROOP-1943', { rule: text, projects });
  }
  return [...optional.slice(0, 1), ...required, ...optional.slice(1)];
}

class RejectionWriter {
  readonly #draft: ModelDraft;
  readonly #isRequired: readonly boolean[];
  readonly #text: string;

  constructor(draft: ModelDraft, isRequired: readonly boolean[], text: string) {
    this.#draft = draft;
    this.#isRequired = isRequired;
    this.#text = text;
  }

  /** @param terms optional packages first and last */
  add(terms: readonly Term[]): void {
    const [first, ...others] = terms as [Term, ...Term[]];
    const { packageIndex } = first;
    if (others.length === 0) {
      // Nothing meets it, so these values are in no stack.
      this.#draft.need(first, { packageIndex, values: emptySet(this.#draft.sizeOf(packageIndex)) });
      return;
    }
    if (others.length === 1) {
      this.#forbid(first, at(others, 0));
      return;
    }
    const selector = this.#draft.addSelector(others.length, this.#text);
    this.#draft.need(first, { packageIndex: selector, values: fullSet(others.length) });
    others.forEach((term, position) => {
      const choice = { packageIndex: selector, values: setOf(others.length, [position]) };
      others.slice(0, position).forEach((earlier) => this.#draft.need(choice, earlier));
      this.#forbid(choice, term);
    });
  }

  /** No stack has both. */
  #forbid(one: Term, other: Term): void {
    const { packageIndex, values } = other;
    if (this.#isRequired[packageIndex] === true) {
      const rest = difference(fullSet(this.#draft.sizeOf(packageIndex)), values);
      this.#draft.need(one, { packageIndex, values: rest });
      return;
    }
    const sides = this.#draft.addSelector(2, this.#text);
    this.#draft.need(one, { packageIndex: sides, values: setOf(2, [0]) });
    this.#draft.need(other, { packageIndex: sides, values: setOf(2, [1]) });
  }
}

/** A model that grows. */
class ModelDraft {
  readonly #model: Model;
  readonly #packages: (Omit<ModelPackage, 'needs'> & { needs: (readonly number[])[] })[];
  readonly #requirements: ModelRequirement[];
  readonly #requirementOf = new Map<string, number>();

  constructor(model: Model) {
    this.#model = model;
    this.#packages = model.packages.map((item) => ({ ...item, needs: [...item.needs] }));
    this.#requirements = [...model.requirements];
    model.requirements.forEach(({ target, allowed, isLink }, index) => {
      if (!isLink) this.#requirementOf.set(`${target} ${setKey(allowed)}`, index);
    });
  }

  model(): Model {
    return { ...this.#model, packages: this.#packages, requirements: this.#requirements };
  }

  sizeOf(packageIndex: number): number {
    return at(this.#packages, packageIndex).size;
  }

  addSelector(size: number, text: string): number {
    const base = this.#packages.length;
    const name = `a way around the rejection of ${text}`;
    const needs = Array.from({ length: size }, (): readonly number[] => []);
    this.#packages.push({ name, extra: '', base, size, initial: emptySet(size), needs });
    return base;
  }

  /** Every value of `holder` asks for one of `wanted`. */
  need(holder: Term, wanted: Term): void {
    const requirement = this.#intern(wanted);
    const item = at(this.#packages, holder.packageIndex);
    for (const value of membersOf(holder.values)) {
      item.needs[value] = [...new Set([...at(item.needs, value), requirement])].toSorted((a, b) => a - b);
    }
    const target = at(this.#packages, wanted.packageIndex);
    if (target.extra === '') {
      membersOf(wanted.values).forEach((value) => addTo(target.initial, value));
    }
  }

  #intern({ packageIndex, values }: Term): number {
    const key = `${packageIndex} ${setKey(values)}`;
    const known = this.#requirementOf.get(key);
    if (known !== undefined) {
      return known;
    }
    this.#requirements.push({ target: packageIndex, allowed: values, isLink: false });
    this.#requirementOf.set(key, this.#requirements.length - 1);
    return this.#requirements.length - 1;
  }
}
