// What cannot all be true together, after PubGrub (https://github.com/dart-lang/pub/blob/master/doc/solver.md). A term says
// that a package is one of a set of values or, with one value beyond the last, that it is not in the stack; so every term, its
// negation and any combination are plain sets, contiguous or not.
import { at } from '../space/at.ts';
import { equalSets, fullSet, intersection, unionInto } from '../space/bit-set.ts';
import type { Model } from '../space/model.ts';

/** Why an incompatibility holds. */
export type Cause =
  | { readonly kind: 'request' | 'pin'; readonly text: string; readonly target: number }
  | { readonly kind: 'constraint'; readonly text: string }
  /** Values of a package bring a requirement of the model. */
  | { readonly kind: 'dependency'; readonly holder: number; readonly requirement: number }
  /** A project and its extra are the same release. */
  | { readonly kind: 'link' }
  /** The model says so. */
  | { readonly kind: 'given' }
  | { readonly kind: 'derived'; readonly left: Incompatibility; readonly right: Incompatibility };

export interface Incompatibility {
  /** By package of the model; no term is always true. None at all: there is no stack. */
  readonly terms: ReadonlyMap<number, Uint32Array>;
  readonly cause: Cause;
}

/** The value that stands for not being in the stack. */
export function absentValue(model: Model, packageIndex: number): number {
  return at(model.packages, packageIndex).size;
}

/** All values and absence. */
export function everything(model: Model, packageIndex: number): Uint32Array {
  return fullSet(at(model.packages, packageIndex).size + 1);
}

/** Terms without those that are always true. */
export function usefulTerms(
  model: Model,
  terms: Iterable<readonly [number, Uint32Array]>,
): ReadonlyMap<number, Uint32Array> {
  return new Map([...terms].filter(([index, term]) => !equalSets(term, everything(model, index))));
}

/** What follows from two incompatibilities about the same package: whatever it is, one of them forbids it. */
export function resolve(
  model: Model,
  left: Incompatibility,
  right: Incompatibility,
  packageIndex: number,
): Incompatibility {
  const terms = new Map<number, Uint32Array>();
  for (const [other, set] of [...left.terms, ...right.terms]) {
    if (other !== packageIndex) {
      const known = terms.get(other);
      terms.set(other, known === undefined ? set : intersection(known, set));
    }
  }
  const union = (left.terms.get(packageIndex) ?? everything(model, packageIndex)).slice();
  unionInto(union, right.terms.get(packageIndex) ?? union);
  terms.set(packageIndex, union);
  return { terms: usefulTerms(model, terms), cause: { kind: 'derived', left, right } };
}
