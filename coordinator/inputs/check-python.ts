// Whether a target environment is one that a file of requirements is for.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { canonicalEnvironment } from '../../shared/stack/environment.ts';
import { openTarget } from '../../shared/stack/target.ts';
import type { RequestText } from './request-text.ts';

/** @throws TROOP-2007 when `requires-python` does not admit the Python */
export function checkPython(
  { requiresPython }: Pick<RequestText, 'requiresPython'>,
  python: string,
  file = 'the file of requirements',
): void {
  if (requiresPython === null) return;
  if (openTarget(canonicalEnvironment({ python })).admitsPython(requiresPython)) return;
  throw new TroopError('TROOP-2007', { file, wanted: requiresPython, python });
}
