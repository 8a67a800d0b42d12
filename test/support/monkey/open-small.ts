// Opens the space of a random request; null where a rule is refused because too many packages of it are optional.
import { openStateSpace, type StateSpaceInput } from '../../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';

export function openSmall(request: StateSpaceInput): StateSpace | null {
  try {
    return openStateSpace(request);
  } catch (error) {
    if (error instanceof TroopError && error.code === 'TROOP-1943') return null;
    throw error;
  }
}
