// From chosen values back to a stack with names, versions and indexes.
import { byCodeUnits } from '../../shared/stack/canonical-json.ts';
import { stackId, type Stack, type StackPackage } from '../../shared/stack/stack.ts';
import { at } from './space/at.ts';
import { isSelector } from './space/model.ts';
import type { StateSpace } from './space/state-space.ts';

/** @param values by package of the space's model the chosen value, -1 for packages outside the stack */
export function stackOf(space: StateSpace, values: Int32Array): Stack {
  const packages = stackPackages(space, values);
  const { environment, indexFingerprints } = space;
  return { stack_id: stackId({ environment, packages, indexFingerprints }), environment, packages };
}

/** The packages alone, sorted by name. */
export function stackPackages(
  space: Pick<StateSpace, 'model' | 'candidates'>,
  values: Int32Array,
): readonly StackPackage[] {
  const packages: StackPackage[] = [];
  const extras = new Map<number, string[]>();
  space.model.packages.forEach((item, index) => {
    const { base, extra } = item;
    if (extra !== null && !isSelector(item) && values[index] !== -1) {
      extras.set(base, [...(extras.get(base) ?? []), extra]);
    }
  });
  space.model.packages.forEach(({ extra }, index) => {
    const value = values[index] ?? -1;
    if (extra === null && value !== -1) {
      const { name, version, index: indexName, variant } = at(at(space.candidates, index), value);
      const wanted = extras.get(index);
      packages.push({
        name,
        version: version.text,
        index: indexName,
        ...(wanted === undefined ? {} : { extras: wanted.toSorted(byCodeUnits) }),
        ...(variant === null ? {} : { variant }),
      });
    }
  });
  // Names and versions are normalised already: doing that again would cost more than drawing the stack.
  return packages.sort((a, b) => byCodeUnits(a.name, b.name));
}
