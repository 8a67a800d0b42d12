// The Python of a target environment: X.Y, with a `t` for the free-threaded build (PEP 703).
import { TroopError } from '../errors/troop-error.ts';

export interface PythonVersion {
  readonly major: number;
  readonly minor: number;
  readonly isFreeThreaded: boolean;
  /** `311` or `313t`: what follows `cp` in names. */
  readonly nodot: string;
}

/**
 * Reads `3.11` or `3.13t`; a patch level, as in `3.11.7`, is left out.
 * @throws TROOP-1807
 */
export function parsePythonVersion(text: string): PythonVersion {
  const match = /^(3)\.([0-9]{1,2})(?:\.[0-9]{1,3})?(t?)$/.exec(text.trim());
  const [, majorText, minorText, suffix = ''] = match ?? [];
  const major = Number(majorText);
  const minor = Number(minorText);
  const isFreeThreaded = suffix === 't';
  if (match === null || minor < 6 || (isFreeThreaded && minor < 13)) {
    throw new TroopError('TROOP-1807', { python: text.slice(0, 40) });
  }
  return { major, minor, isFreeThreaded, nodot: `${major}${minor}${suffix}` };
}
