// What a pin means in a space: the candidates of that very project with that version, of whatever index and variant.
import { specifierAllows } from '../../../shared/stack/specifier.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { realPackage } from '../values-of.ts';
import { parsePin } from './parameters.ts';

export interface FoundPin {
  readonly packageIndex: number;
  /** Ascending, never empty. */
  readonly values: readonly number[];
}

/** Null when no candidate is meant. */
export function findPin(space: StateSpace, pin: string): FoundPin | null {
  const requirement = parsePin(pin);
  const packageIndex = requirement === null ? -1 : realPackage(space, requirement.name);
  if (requirement === null || packageIndex === -1) {
    return null;
  }
  const values = at(space.candidates, packageIndex).flatMap(({ name, version }, value) =>
    name === requirement.name && specifierAllows(requirement.specifier, version) ? [value] : [],
  );
  return values.length === 0 ? null : { packageIndex, values };
}
