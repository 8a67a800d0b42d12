// The order in which packages are decided where order matters: roots as the request gives them, then what they ask for,
// breadth first, and by name within one step. The same for every order of the knowledge.
import { at } from '../space/at.ts';
import { membersOf } from '../space/bit-set.ts';
import { isSelector, type Model } from '../space/model.ts';
import type { StateSpace } from '../space/state-space.ts';

/** Real packages in the order of their importance. */
export function packagePriority(space: StateSpace): readonly number[] {
  const { model } = space;
  const indexOf = new Map(
    model.packages.flatMap(({ name, extra }, index) => (extra === null ? [[name, index] as const] : [])),
  );
  let step = unique(
    space.requirements.flatMap(({ name }) => {
      const index = indexOf.get(space.alternatives.headOf(name));
      return index === undefined ? [] : [index];
    }),
  );
  const order = new Set(step);
  while (step.length > 0) {
    const next = unique(step.flatMap((index) => targetsOf(model, index))).filter(
      (index) => !order.has(index),
    );
    step = next.toSorted((a, b) => a - b);
    step.forEach((index) => order.add(index));
  }
  return [...order];
}

/** Base packages that any value of a project, or of one of its extras, asks for. */
function targetsOf(model: Model, base: number): number[] {
  return model.packages.flatMap((item) => {
    if (item.base !== base) {
      return [];
    }
    const requirements = membersOf(item.initial).flatMap((value) => at(item.needs, value));
    return (
      unique(requirements)
        .map((index) => at(model.packages, at(model.requirements, index).target))
        // What a selector is follows from the packages.
        .flatMap((target) => (isSelector(target) ? [] : [target.base]))
    );
  });
}

function unique(items: readonly number[]): number[] {
  return [...new Set(items)];
}
