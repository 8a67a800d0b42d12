// From chosen values back to a stack with names, versions and indexes.
import { byCodeUnits } from '../../shared/stack/canonical-json.ts';
import { stackId, type Stack, type StackPackage } from '../../shared/stack/stack.ts';
import { at } from './space/at.ts';
import type { StateSpace } from './space/state-space.ts';

/** @param values by package of the space's model the chosen value, -1 for packages outside the stack */
export function stackOf(space: StateSpace, values: Int32Array): Stack {
  const packages: StackPackage[] = [];
  const extras = new Map<number, string[]>();
  space.model.packages.forEach(({ base, extra }, index) => {
    if (extra !== null && values[index] !== -1) {
      extras.set(base, [...(extras.get(base) ?? []), extra]);
    }
  });
  space.model.packages.forEach(({ name, extra }, index) => {
    const value = values[index] ?? -1;
    if (extra === null && value !== -1) {
      const { version, index: indexName } = at(at(space.candidates, index), value);
      const wanted = extras.get(index);
      packages.push({
        name,
        version: version.text,
        index: indexName,
        ...(wanted === undefined ? {} : { extras: wanted.toSorted(byCodeUnits) }),
      });
    }
  });
  // Names and versions are normalised already: doing that again would cost more than drawing the stack.
  packages.sort((a, b) => byCodeUnits(a.name, b.name));
  const { environment, indexFingerprints } = space;
  return { stack_id: stackId({ environment, packages, indexFingerprints }), environment, packages };
}
