// What walks work on: the classes of a space instead of its candidates, so that a set fits into a word or two and what is
// learned of a candidate holds for all that are interchangeable with it.
import { decisionOrder } from '../diagram/decision-order.ts';
import { at } from '../space/at.ts';
import { classModel } from '../space/class-model.ts';
import type { Model } from '../space/model.ts';
import type { StateSpace } from '../space/state-space.ts';

export interface WalkModel {
  readonly model: Model;
  /** By package, by class: the values of the space's model, ascending. */
  readonly members: readonly (readonly (readonly number[])[])[];
  /** By package: its place in the order of decisions; whoever may require a package comes before it, but in cycles. */
  readonly places: readonly number[];
  /** Real packages in that order. */
  readonly order: readonly number[];
  /** By package: its virtual packages. */
  readonly extras: readonly (readonly number[])[];
  /** By package: whether every stack has it. */
  readonly isRequired: readonly boolean[];
}

export function walkModel(space: StateSpace): WalkModel {
  const { model, members } = classModel(space.model);
  const places = decisionOrder(model);
  const real = model.packages.flatMap(({ extra }, index) => (extra === null ? [index] : []));
  return {
    model,
    members,
    places,
    order: real.toSorted((a, b) => at(places, a) - at(places, b)),
    extras: model.packages.map((_, index) =>
      model.packages.flatMap(({ base, extra }, other) => (base === index && extra !== null ? [other] : [])),
    ),
    isRequired: space.isRequired,
  };
}
