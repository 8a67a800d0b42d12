// The valid stack that some pins mean: with exactly these versions, and the newest or oldest ones where no pin says.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { bestStack } from '../diagram/best-stack.ts';
import type { Diagram } from '../diagram/diagram.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { findPin } from './find-pin.ts';

export interface PinnedStack {
  readonly strategy: string;
  readonly parameter: string;
  readonly pins: readonly string[];
  readonly otherwise: 'newest' | 'oldest';
}

/** By package the chosen value, -1 for packages outside. @throws TROOP-1908 that names the pin which no stack has */
export function pinnedStack(
  space: StateSpace,
  diagram: Diagram,
  { strategy, parameter, pins, otherwise }: PinnedStack,
): Int32Array {
  const refuse = (reason: string): never => {
    throw new TroopError('TROOP-1908', { strategy, parameter, reason });
  };
  const pinned = new Map(
    pins.map((pin) => {
      const found = findPin(space, pin);
      return found === null ? refuse(`no stack has ${pin}`) : [found.packageIndex, new Set(found.values)];
    }),
  );
  const best = bestStack(diagram, (packageIndex, value) => {
    if (pinned.get(packageIndex)?.has(value) === false) {
      return Infinity;
    }
    return otherwise === 'newest' ? value : at(space.candidates, packageIndex).length - value;
  });
  return best?.values ?? refuse(`no stack has all of ${pins.join(', ')}`);
}
