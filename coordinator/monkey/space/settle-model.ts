// What the whole space has in common, before any choice: arc-consistency, strengthened by looking at all values of a
// package that every stack has. If each of them asks for some package, every stack has that package too, within what they
// allow together.
import { Propagation } from '../propagate.ts';
import { at } from './at.ts';
import { emptySet, intersectInto, membersOf, unionInto } from './bit-set.ts';
import type { Model } from './model.ts';

export interface SettledModel {
  /** By package: the values that are left. */
  readonly alive: readonly Uint32Array[];
  /** By package: whether every stack has it. */
  readonly isRequired: readonly boolean[];
  /** The package that was left without a value, or -1. */
  readonly conflictPackage: number;
}

export function settleModel(model: Model): SettledModel {
  const propagation = new Propagation(model);
  let isConsistent = propagation.start(model.roots);
  for (let isChanged = true; isConsistent && isChanged;) {
    const before = propagation.mark();
    isConsistent = model.packages.every(
      (_, index) => !propagation.isRequired(index) || imposeCommon(model, propagation, index),
    );
    isChanged = propagation.mark() !== before;
  }
  return {
    alive: model.packages.map((_, index) => propagation.domainOf(index)),
    isRequired: model.packages.map((_, index) => propagation.isRequired(index)),
    conflictPackage: propagation.conflictPackage,
  };
}

/** Imposes what all remaining values of a required package have in common. False on a conflict. */
function imposeCommon(model: Model, propagation: Propagation, packageIndex: number): boolean {
  let common: Map<number, Uint32Array> | null = null;
  for (const value of membersOf(propagation.domainOf(packageIndex))) {
    const needs = allowedByNeeds(model, at(at(model.packages, packageIndex).needs, value));
    common = common === null ? needs : merged(common, needs);
    if (common.size === 0) {
      return true;
    }
  }
  for (const [target, allowed] of common ?? []) {
    if (!propagation.requireWithin(target, allowed)) {
      return false;
    }
  }
  return true;
}

/** By target: what the requirements of one value allow together. */
function allowedByNeeds(model: Model, needs: readonly number[]): Map<number, Uint32Array> {
  const allowed = new Map<number, Uint32Array>();
  for (const index of needs) {
    const requirement = at(model.requirements, index);
    const known = allowed.get(requirement.target);
    if (known === undefined) {
      allowed.set(requirement.target, requirement.allowed.slice());
    } else {
      intersectInto(known, requirement.allowed);
    }
  }
  return allowed;
}

/** The targets that both have, with what either allows. */
function merged(a: Map<number, Uint32Array>, b: Map<number, Uint32Array>): Map<number, Uint32Array> {
  const both = new Map<number, Uint32Array>();
  for (const [target, allowed] of a) {
    const other = b.get(target);
    if (other !== undefined) {
      const union = emptySet(allowed.length * 32);
      unionInto(union, allowed);
      unionInto(union, other);
      both.set(target, union);
    }
  }
  return both;
}
