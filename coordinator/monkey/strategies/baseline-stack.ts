// The stack that others are changed from: pins that were given, else those of the campaign's baseline, else the newest stack;
// repaired to the nearest valid one.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { specifierAllows } from '../../../shared/stack/specifier.ts';
import { nearestStack } from '../diagram/best-stack.ts';
import type { Diagram } from '../diagram/diagram.ts';
import { BestFirstSearch } from '../search/best-first.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { parsePin, pinsParameter } from './parameters.ts';
import type { StreamOptions } from './strategy.ts';

/**
 * By package of the space's model the value, -1 for packages outside. The space must have a stack.
 * @throws TROOP-1908 for a pin of the parameter `baseline` that no stack has
 */
export function baselineStack(
  strategy: string,
  space: StateSpace,
  diagram: Diagram,
  options: StreamOptions,
): Int32Array {
  const own = pinsParameter(options.parameters, 'baseline');
  const pins = own ?? options.baseline;
  const wanted = new Int32Array(diagram.packageCount).fill(-1);
  if (pins === undefined) {
    return new BestFirstSearch(space, 'newest').next() ?? wanted;
  }
  for (const pin of pins) {
    const found = find(space, pin);
    if (found !== null) {
      wanted[found.packageIndex] = found.value;
    } else if (own !== undefined) {
      throw new TroopError('TROOP-1908', {
        strategy,
        parameter: 'baseline',
        reason: `no stack has ${pin}`,
      });
    }
  }
  return nearestStack(diagram, wanted)?.values ?? wanted;
}

function find(
  space: StateSpace,
  pin: string,
): { readonly packageIndex: number; readonly value: number } | null {
  const requirement = parsePin(pin);
  const head = requirement && space.alternatives.headOf(requirement.name);
  const packageIndex = space.model.packages.findIndex(({ name, extra }) => extra === null && name === head);
  if (requirement === null || packageIndex === -1) {
    return null;
  }
  const value = at(space.candidates, packageIndex).findIndex(
    ({ name, version }) => name === requirement.name && specifierAllows(requirement.specifier, version),
  );
  return value === -1 ? null : { packageIndex, value };
}
