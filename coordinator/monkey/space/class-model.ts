// Interchangeability classes: candidates of a project that bring the same requirements, with every extra, and that are
// allowed by the same requirements of others. A stack stays valid when one takes the place of another, so a count needs
// only the class and its size. Real projects have many releases and few classes.
import { at } from './at.ts';
import { has, membersOf } from './bit-set.ts';
import type { Model } from './model.ts';
import { remapModel } from './remap-model.ts';

export interface ClassModel {
  /** The same packages in the same order; one value a class, in the order of their newest members. */
  readonly model: Model;
  /** By package, by class: the values of the finer model, ascending. A virtual package has those of its base. */
  readonly members: readonly (readonly (readonly number[])[])[];
}

export function classModel(model: Model): ClassModel {
  const classes = new Map(
    model.packages.flatMap((item, index) =>
      item.base === index ? [[index, classesOf(model, index)] as const] : [],
    ),
  );
  const remapped = remapModel(
    model,
    model.packages.map((item) => item.initial),
    (packageIndex, value) => at(classes.get(packageIndex) ?? [], value),
  );
  return { model: remapped.model, members: remapped.oldValues };
}

/** By value of a real package or a selector: a number that exactly the interchangeable values share. */
function classesOf(model: Model, packageIndex: number): readonly number[] {
  const family = model.packages.flatMap((item, index) => (item.base === packageIndex ? [index] : []));
  const signatures = Array.from(at(model.packages, packageIndex).needs, () => '');
  for (const index of family) {
    const item = at(model.packages, index);
    item.needs.forEach((needs, value) => {
      const own = needs.filter((requirement) => !at(model.requirements, requirement).isLink);
      signatures[value] += `${has(item.initial, value) ? 'i' : 'o'}${own.join(',')};`;
    });
  }
  model.requirements.forEach(({ target, allowed, isLink }, requirement) => {
    if (!isLink && family.includes(target)) {
      for (const value of membersOf(allowed)) {
        signatures[value] += `${requirement} `;
      }
    }
  });
  const numbers = new Map<string, number>();
  return signatures.map((signature) => {
    const number = numbers.get(signature) ?? numbers.size;
    numbers.set(signature, number);
    return number;
  });
}
