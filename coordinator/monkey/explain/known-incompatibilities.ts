// What the request and the releases say, as incompatibilities.
import type { Requirement } from '../../../shared/stack/requirement.ts';
import { at } from '../space/at.ts';
import { addTo, difference, emptySet, has, membersOf } from '../space/bit-set.ts';
import { constraintAllows, requirementAllows } from '../space/requirement-allows.ts';
import type { StateSpace } from '../space/state-space.ts';
import { absentValue, everything, usefulTerms, type Cause, type Incompatibility } from './incompatibility.ts';
import { valuesThatNeed } from './values-that-need.ts';

/** @param pins those of the requirements that the request does not ask for: it was asked what they would do to it */
export function knownIncompatibilities(
  space: StateSpace,
  pins: readonly Requirement[],
): readonly Incompatibility[] {
  return [
    ...space.requirements.flatMap((requirement) =>
      fromRequest(space, requirement, pins.includes(requirement) ? 'pin' : 'request'),
    ),
    ...space.constraints.flatMap((constraint) => fromConstraint(space, constraint)),
    ...fromReleases(space),
  ];
}

/** The project must be there, within the specifier; and so must its extras. */
function fromRequest(
  space: StateSpace,
  requirement: Requirement,
  kind: 'request' | 'pin',
): readonly Incompatibility[] {
  const { model } = space.discovered;
  return model.packages.flatMap((item, index): Incompatibility[] => {
    const isMeant =
      item.name === space.alternatives.headOf(requirement.name) &&
      (item.extra === null || requirement.extras.includes(item.extra));
    if (!isMeant) {
      return [];
    }
    const allowed =
      item.extra === null
        ? allowedBy(space, index, requirement, requirementAllows)
        : everyValue(space, index);
    const cause: Cause = { kind, text: requirement.text, target: index };
    const unmet = difference(everything(model, index), allowed);
    return [{ terms: usefulTerms(model, [[index, unmet]]), cause }];
  });
}

/** The project is not one of the values that the specifier leaves out; it need not be there. */
function fromConstraint(space: StateSpace, constraint: Requirement): readonly Incompatibility[] {
  return space.discovered.model.packages.flatMap((item, index): Incompatibility[] => {
    if (item.name !== space.alternatives.headOf(constraint.name) || item.extra !== null) {
      return [];
    }
    const forbidden = difference(
      everyValue(space, index),
      allowedBy(space, index, constraint, constraintAllows),
    );
    const cause: Cause = { kind: 'constraint', text: constraint.text };
    return forbidden.some((word) => word !== 0) ? [{ terms: new Map([[index, forbidden]]), cause }] : [];
  });
}

/** Every requirement of every package, for all values together that bring it. Links are made when they are needed. */
function fromReleases(space: StateSpace): readonly Incompatibility[] {
  const { model } = space.discovered;
  return model.packages.flatMap((item, holder) => {
    return [...valuesThatNeed(item)].flatMap(([requirement, values]): Incompatibility[] => {
      const { target, isLink } = at(model.requirements, requirement);
      if (isLink) {
        return [];
      }
      const unmet = difference(everything(model, target), allowedSet(space, requirement));
      const cause: Cause = { kind: 'dependency', holder, requirement };
      return dependency(space, holder, values, target, unmet, cause);
    });
  });
}

function dependency(
  space: StateSpace,
  ...[holder, values, target, unmet, cause]: readonly [number, Uint32Array, number, Uint32Array, Cause]
): Incompatibility[] {
  if (holder === target) {
    // A release that requires another version of itself can never be chosen.
    const broken = new Set(membersOf(unmet));
    const both = emptySet(at(space.discovered.model.packages, holder).size + 1);
    membersOf(values)
      .filter((value) => broken.has(value))
      .forEach((value) => addTo(both, value));
    return both.some((word) => word !== 0) ? [{ terms: new Map([[holder, both]]), cause }] : [];
  }
  const terms = usefulTerms(space.discovered.model, [
    [holder, values],
    [target, unmet],
  ]);
  return [{ terms, cause }];
}

function everyValue(space: StateSpace, packageIndex: number): Uint32Array {
  const { model } = space.discovered;
  const all = everything(model, packageIndex);
  const absent = absentValue(model, packageIndex);
  return difference(all, setWith(absent + 1, absent));
}

function setWith(size: number, member: number): Uint32Array {
  const set = emptySet(size);
  addTo(set, member);
  return set;
}

function allowedBy(
  space: StateSpace,
  packageIndex: number,
  requirement: Requirement,
  allows: typeof requirementAllows,
): Uint32Array {
  const candidates = at(space.discovered.candidates, packageIndex);
  const allowed = emptySet(candidates.length + 1);
  candidates.forEach((candidate, value) => {
    if (allows(requirement, candidate, space.alternatives)) {
      addTo(allowed, value);
    }
  });
  return allowed;
}

/** What a requirement of the model allows, in a set that has room for absence. */
function allowedSet(space: StateSpace, requirement: number): Uint32Array {
  const { model } = space.discovered;
  const { target, allowed } = at(model.requirements, requirement);
  const { size } = at(model.packages, target);
  const set = emptySet(size + 1);
  for (let value = 0; value < size; value++) {
    if (has(allowed, value)) {
      addTo(set, value);
    }
  }
  return set;
}
