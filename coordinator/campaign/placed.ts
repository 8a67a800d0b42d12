// Runs a parser of a part of a campaign file, and says where in the file it failed.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { formError } from './check-form.ts';

/** @throws TROOP-1301 with the path and the words of the error */
export function placed<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof TroopError)) throw error;
    throw formError([{ path, reason: error.message, advice: error.hint }]);
  }
}
