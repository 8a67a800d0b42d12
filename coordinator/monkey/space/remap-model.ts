// Makes a smaller model of a model: values that are ruled out or that nothing reaches are dropped, values of one class
// become one. The stacks of the smaller model are those of the larger one, with classes in the place of values.
import { at } from './at.ts';
import { addTo, emptySet, has, intersection, membersOf, setKey } from './bit-set.ts';
import type { Model, ModelPackage, ModelRequirement } from './model.ts';

export interface RemappedModel {
  readonly model: Model;
  /** By new package: the old one. */
  readonly oldPackages: readonly number[];
  /** By new package, by new value: the old values, ascending. A virtual package has those of its base. */
  readonly oldValues: readonly (readonly (readonly number[])[])[];
}

/**
 * @param alive by package: the values to keep, if something reaches them
 * @param classOf by real package and kept value: a number that interchangeable values share; each value on its own when absent.
 * Values of one class must bring the same requirements and be allowed by the same ones.
 */
export function remapModel(
  model: Model,
  alive: readonly Uint32Array[],
  classOf?: (packageIndex: number, value: number) => number,
): RemappedModel {
  const kept = reachableValues(model, alive);
  const order = packageOrder(model, kept);
  const newPackages = new Map(order.map((old, index) => [old, index]));
  const valueMaps = order.map((old) => mapValues(model, kept, old, classOf));
  const requirements: ModelRequirement[] = [];
  const requirementOf = new Map<string, number>();
  const requirementMap = new Map<number, number>();

  const mapRequirement = (old: number): number => {
    const known = requirementMap.get(old);
    if (known !== undefined) {
      return known;
    }
    const { target: oldTarget, allowed, isLink } = at(model.requirements, old);
    const target = newPackages.get(oldTarget) ?? 0;
    const values = at(valueMaps, target);
    const mapped = emptySet(values.old.length);
    for (const value of membersOf(intersection(allowed, at(kept, oldTarget)))) {
      addTo(mapped, at(values.newOf, value));
    }
    const key = `${target} ${isLink} ${setKey(mapped)}`;
    const index = requirementOf.get(key) ?? requirements.push({ target, allowed: mapped, isLink }) - 1;
    requirementOf.set(key, index);
    requirementMap.set(old, index);
    return index;
  };

  const packages = order.map((old, index): ModelPackage => {
    const item = at(model.packages, old);
    const { old: oldValues } = at(valueMaps, index);
    const initial = emptySet(oldValues.length);
    const needs = oldValues.map((values, value): readonly number[] => {
      const first = values.find((each) => has(at(kept, old), each));
      if (first === undefined) {
        return [];
      }
      addTo(initial, value);
      return [...new Set(at(item.needs, first).map(mapRequirement))].toSorted((a, b) => a - b);
    });
    const base = newPackages.get(item.base) ?? index;
    return { name: item.name, extra: item.extra, base, size: oldValues.length, initial, needs };
  });
  const roots = [...new Set(model.roots.map(mapRequirement))];
  return {
    model: { packages, requirements, roots },
    oldPackages: order,
    oldValues: valueMaps.map((values) => values.old),
  };
}

interface ValueMap {
  /** By new value: the old ones. */
  readonly old: readonly (readonly number[])[];
  /** By old value: the new one, or -1. */
  readonly newOf: readonly number[];
}

/** Of a virtual package the map of its base, so that both number their values alike. */
function mapValues(
  model: Model,
  kept: readonly Uint32Array[],
  packageIndex: number,
  classOf: ((packageIndex: number, value: number) => number) | undefined,
): ValueMap {
  const { base, size } = at(model.packages, packageIndex);
  const old: number[][] = [];
  const newOf = Array.from({ length: size }, () => -1);
  const newOfClass = new Map<number, number>();
  for (const value of membersOf(at(kept, base))) {
    const key = classOf === undefined ? value : classOf(base, value);
    const index = newOfClass.get(key) ?? old.push([]) - 1;
    newOfClass.set(key, index);
    at(old, index).push(value);
    newOf[value] = index;
  }
  return { old, newOf };
}

/** The alive values that a root or an alive reached value allows, by package. */
function reachableValues(model: Model, alive: readonly Uint32Array[]): readonly Uint32Array[] {
  const reached = model.packages.map((item) => emptySet(item.size));
  const isSeen = new Uint8Array(model.requirements.length);
  const pending = [...model.roots];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (isSeen[next] === 1) {
      continue;
    }
    isSeen[next] = 1;
    const { target, allowed } = at(model.requirements, next);
    for (const value of membersOf(intersection(allowed, at(alive, target)))) {
      if (!has(at(reached, target), value)) {
        addTo(at(reached, target), value);
        pending.push(...at(at(model.packages, target).needs, value));
      }
    }
  }
  return reached;
}

/** Real packages by name, then virtual ones by name and extra; packages without values are dropped. */
function packageOrder(model: Model, kept: readonly Uint32Array[]): readonly number[] {
  const keys = model.packages.map(({ name, extra }) => `${extra === null ? 0 : 1} ${name} ${extra ?? ''}`);
  return model.packages
    .map((_, index) => index)
    .filter((index) => at(kept, index).some((word) => word !== 0))
    .toSorted((a, b) => (at(keys, a) < at(keys, b) ? -1 : 1));
}
