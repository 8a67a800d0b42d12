// The stack that others are changed from: pins that were given, else those of the campaign's baseline, else the newest stack;
// repaired to the nearest valid one.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { nearestStack } from '../diagram/best-stack.ts';
import type { Diagram } from '../diagram/diagram.ts';
import { BestFirstSearch } from '../search/best-first.ts';
import type { StateSpace } from '../space/state-space.ts';
import { pinsParameter } from './parameters.ts';
import { findPin } from './find-pin.ts';
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
    const found = findPin(space, pin);
    if (found !== null) {
      wanted[found.packageIndex] = found.values[0] as number;
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
