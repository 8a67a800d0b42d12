// What incompatibilities of dependencies begin with, in words or without.
import { addTo, emptySet } from '../space/bit-set.ts';
import type { ModelPackage } from '../space/model.ts';

/** By requirement of a package, links included: the values that bring it, in sets that have room for absence. */
export function valuesThatNeed({ size, needs }: ModelPackage): ReadonlyMap<number, Uint32Array> {
  const holders = new Map<number, Uint32Array>();
  needs.forEach((requirements, value) => {
    for (const requirement of requirements) {
      const values = holders.get(requirement) ?? emptySet(size + 1);
      addTo(values, value);
      holders.set(requirement, values);
    }
  });
  return holders;
}
