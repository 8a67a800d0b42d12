// The order in which the diagram decides packages: whoever may require a package comes before it, so that a package is
// decided when all that may narrow it is known; packages of a cycle stand together. Of those that may come next, the one that
// leads to the package of most classes comes first: a project of hundreds of classes is then settled before it is
// multiplied with what else is open. The order is part of the numbering of stacks: changing it changes what an old seed gives.
import { at } from '../space/at.ts';
import type { Model } from '../space/model.ts';
import { stronglyConnected } from './strongly-connected.ts';

/** By package: its place in the order. */
export function decisionOrder(model: Model): readonly number[] {
  const targets = targetsOf(model);
  const components = stronglyConnected(targets);
  const componentOf = model.packages.map(() => 0);
  components.forEach((members, index) => members.forEach((member) => (componentOf[member] = index)));
  const componentTargets = components.map((members, index) => [
    ...new Set(
      members
        .flatMap((member) => at(targets, member))
        .map((target) => at(componentOf, target))
        .filter((target) => target !== index),
    ),
  ]);
  // Components come leaves first, so those that one leads to are weighed before it.
  const weights: number[] = [];
  components.forEach((members, index) => {
    const own = Math.max(...members.map((member) => at(model.packages, member).size));
    weights.push(Math.max(own, ...at(componentTargets, index).map((target) => at(weights, target))));
  });
  const order = heaviestFirst(componentTargets, weights).flatMap((index) => at(components, index));
  const places = model.packages.map(() => 0);
  order.forEach((packageIndex, place) => {
    places[packageIndex] = place;
  });
  return places;
}

/** Packages that any class of each package asks for. */
function targetsOf(model: Model): readonly (readonly number[])[] {
  return model.packages.map((item) =>
    [
      ...new Set(
        [...new Set(item.needs.flat())].map((requirement) => at(model.requirements, requirement).target),
      ),
    ].toSorted((a, b) => a - b),
  );
}

/** Kahn's topological order; the later component, which is nearer to the roots, wins a tie. */
function heaviestFirst(
  targets: readonly (readonly number[])[],
  weights: readonly number[],
): readonly number[] {
  const waitingFor = targets.map(() => 0);
  targets.flat().forEach((target) => (waitingFor[target] = at(waitingFor, target) + 1));
  const ready = targets.flatMap((_, index) => (waitingFor[index] === 0 ? [index] : []));
  const order: number[] = [];
  while (ready.length > 0) {
    ready.sort((a, b) => at(weights, a) - at(weights, b) || a - b);
    const next = ready.pop() ?? 0;
    order.push(next);
    for (const target of at(targets, next)) {
      const left = at(waitingFor, target) - 1;
      waitingFor[target] = left;
      if (left === 0) {
        ready.push(target);
      }
    }
  }
  return order;
}
