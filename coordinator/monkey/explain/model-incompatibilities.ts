// What a model says by itself, as incompatibilities: of the space as it is sampled, where nobody asks for words.
import { at } from '../space/at.ts';
import { difference, fullSet, membersOf, setOf } from '../space/bit-set.ts';
import type { Model, ModelRequirement } from '../space/model.ts';
import { everything, usefulTerms, type Incompatibility } from './incompatibility.ts';
import { valuesThatNeed } from './values-that-need.ts';

const CAUSE = { kind: 'given' } as const;

export function modelIncompatibilities(model: Model): readonly Incompatibility[] {
  const roots = model.roots.map((root): Incompatibility => {
    const requirement = at(model.requirements, root);
    return { terms: usefulTerms(model, [[requirement.target, unmet(model, requirement)]]), cause: CAUSE };
  });
  return [...roots, ...ruledOut(model), ...fromNeeds(model)];
}

/** Values that are in no stack. */
function ruledOut(model: Model): readonly Incompatibility[] {
  return model.packages.flatMap(({ size, initial }, index): Incompatibility[] => {
    const lost = difference(setOf(size + 1, membersOf(fullSet(size))), setOf(size + 1, membersOf(initial)));
    return lost.some((word) => word !== 0) ? [{ terms: new Map([[index, lost]]), cause: CAUSE }] : [];
  });
}

/** Every requirement of every package, for all values together that bring it. Links are made when they are needed. */
function fromNeeds(model: Model): readonly Incompatibility[] {
  return model.packages.flatMap((item, holder) => {
    return [...valuesThatNeed(item)].flatMap(([index, values]): Incompatibility[] => {
      const requirement = at(model.requirements, index);
      if (requirement.isLink || requirement.target === holder) {
        return requirement.isLink ? [] : onItself(model, holder, values, requirement);
      }
      const terms = usefulTerms(model, [
        [holder, values],
        [requirement.target, unmet(model, requirement)],
      ]);
      return [{ terms, cause: CAUSE }];
    });
  });
}

/** Values that ask for another value of their own package are in no stack. */
function onItself(
  model: Model,
  holder: number,
  values: Uint32Array,
  requirement: ModelRequirement,
): Incompatibility[] {
  const others = new Set(membersOf(unmet(model, requirement)));
  const broken = membersOf(values).filter((value) => others.has(value));
  const lost = setOf(at(model.packages, holder).size + 1, broken);
  return broken.length > 0 ? [{ terms: new Map([[holder, lost]]), cause: CAUSE }] : [];
}

/** All values that a requirement does not allow, and absence. */
function unmet(model: Model, { target, allowed }: ModelRequirement): Uint32Array {
  const { size } = at(model.packages, target);
  return difference(everything(model, target), setOf(size + 1, membersOf(allowed)));
}
