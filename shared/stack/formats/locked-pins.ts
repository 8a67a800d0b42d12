// What every lock file comes down to when it is read: pins. A stack is made of them for a target environment, as the
// formats of others name neither indexes as we do nor the whole environment.
import { TroopError } from '../../errors/troop-error.ts';
import { markerEnvironment, type EnvironmentDescription, type TargetEnvironment } from '../environment.ts';
import { markerHolds, type Marker } from '../marker.ts';
import { makeStack, type Stack } from '../stack.ts';

export interface LockedPin {
  /** Normalised. */
  readonly name: string;
  /** As written. */
  readonly version: string;
  /** Name of the index; null when the file does not tell. */
  readonly index: string | null;
  readonly extras: readonly string[];
  /** Label of the variant wheel (PEP 825) that it is; null for a plain build, and when the file names no files. */
  readonly variant: string | null;
  /** Lower-case hex, sorted, each once. */
  readonly sha256: readonly string[];
  readonly marker: Marker | null;
}

export interface LockedPins {
  readonly pins: readonly LockedPin[];
  /** As far as the file tells: all of it, or the Python alone. */
  readonly environment: Partial<EnvironmentDescription>;
}

export interface PinnedStackOptions {
  /** As it is named in errors. */
  readonly file: string;
  readonly environment: TargetEnvironment;
  /** The index of pins that name none. */
  readonly index: string;
  readonly indexFingerprints?: Readonly<Record<string, string>> | undefined;
}

/**
 * The stack of the pins whose markers hold in the environment.
 * @throws TROOP-1802, TROOP-1810, or TROOP-2006 when nothing is left
 */
export function stackOfPins(pins: readonly LockedPin[], options: PinnedStackOptions): Stack {
  const { file, environment, index, indexFingerprints } = options;
  const markers = markerEnvironment(environment);
  const packages = pins
    .filter(({ marker }) => markerHolds(marker, markers))
    .map((pin) => ({
      name: pin.name,
      version: pin.version,
      index: pin.index ?? index,
      ...(pin.extras.length === 0 ? {} : { extras: pin.extras }),
      ...(pin.variant === null ? {} : { variant: pin.variant }),
    }));
  if (packages.length === 0) {
    throw new TroopError('TROOP-2006', { file, reason: 'it pins nothing for the target environment' });
  }
  return makeStack({ environment, packages, indexFingerprints });
}

/** Hashes such as `sha256:…` as lower-case hex digits; those of other algorithms are left out. */
export function sha256Of(hashes: readonly string[]): readonly string[] {
  const digests = hashes.flatMap((hash) => /^sha256:([0-9a-f]{64})$/i.exec(hash.trim())?.[1] ?? []);
  return [...new Set(digests.map((digest) => digest.toLowerCase()))].toSorted();
}
