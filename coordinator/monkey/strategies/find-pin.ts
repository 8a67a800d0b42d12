// What a pin means in a space: the candidates of that very project with that version, of whatever index and variant. A pin of a
// version that a space has means none of its local builds, which `==` would allow too.
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
  const candidates = at(space.candidates, packageIndex);
  const allowed = candidates.flatMap(({ name, version }, value) =>
    name === requirement.name && specifierAllows(requirement.specifier, version) ? [value] : [],
  );
  const key = requirement.specifier.clauses[0]?.version?.key;
  const exact = allowed.filter((value) => at(candidates, value).version.key === key);
  const values = exact.length === 0 ? allowed : exact;
  return values.length === 0 ? null : { packageIndex, values };
}
