// A snapshot says one thing of one version of one index, wherever it is read.
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Release } from '../../shared/stack/release.ts';

export function repeatedRelease({ name, version, index }: Release, line: number): TroopError {
  const reason = `${name} ${version} of index ${index} stands there twice, with differences`;
  return new TroopError('TROOP-1105', { line, reason });
}
