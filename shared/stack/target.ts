// A target environment worked out once: its tags with their ranks, its marker values, its Python. Asking thousands of
// releases whether they can be installed goes through one of these.
import { TroopError } from '../errors/troop-error.ts';
import { markerEnvironment, type TargetEnvironment } from './environment.ts';
import type { MarkerEnvironment } from './marker.ts';
import { parseSpecifierSet, specifierAllows } from './specifier.ts';
import { rankTags, supportedTags } from './tags.ts';
import { parseVersion } from './version.ts';

export interface Target {
  readonly environment: TargetEnvironment;
  readonly markers: MarkerEnvironment;
  /** Rank of each supported tag; 0 is best. */
  readonly tags: ReadonlyMap<string, number>;
  /** Whether `requires_python` admits the target's Python. Null, and text that is no specifier, admit every one, as with pip. */
  readonly admitsPython: (requiresPython: string | null) => boolean;
}

/** @throws TROOP-1807, TROOP-1808 */
export function openTarget(environment: TargetEnvironment): Target {
  const markers = markerEnvironment(environment);
  const python = parseVersion(markers.python_full_version ?? environment.python);
  const answers = new Map<string, boolean>();
  const admitsPython = (requiresPython: string | null): boolean => {
    if (requiresPython === null) {
      return true;
    }
    const known = answers.get(requiresPython);
    const answer = known ?? specifierOf(requiresPython, (set) => specifierAllows(set, python));
    answers.set(requiresPython, answer);
    return answer;
  };
  return { environment, markers, tags: rankTags(supportedTags(environment)), admitsPython };
}

function specifierOf(text: string, ask: (set: ReturnType<typeof parseSpecifierSet>) => boolean): boolean {
  try {
    return ask(parseSpecifierSet(text));
  } catch (error) {
    if (error instanceof TroopError) {
      return true;
    }
    throw error;
  }
}
