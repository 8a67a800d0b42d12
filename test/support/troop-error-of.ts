// The catalogue error that a call ends with, so that a test can look at code and facts; anything else fails the test.
import { TroopError } from '../../shared/errors/troop-error.ts';

export function troopErrorOf(call: () => unknown): TroopError {
  try {
    call();
  } catch (error) {
    if (error instanceof TroopError) {
      return error;
    }
    throw error;
  }
  throw new Error('The call was expected to end with a TroopError, and it returned.');
}
