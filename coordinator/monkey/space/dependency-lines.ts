// Requirement lines, each distinct text parsed and judged against the target once. A snapshot repeats most of its lines in
// every release of a project.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { markerHolds, mentionsExtra, type MarkerEnvironment } from '../../../shared/stack/marker.ts';
import { parseRequirement, type Requirement } from '../../../shared/stack/requirement.ts';

export interface DependencyLine {
  /** Null when the line cannot be read, or not be judged on the target. */
  readonly requirement: Requirement | null;
  /** Whether it applies to the project itself, without any extra. */
  readonly isPlain: boolean;
  /** Whether it may apply to an extra although it is not plain. */
  readonly mayBeExtra: boolean;
}

export class DependencyLines {
  readonly #markers: MarkerEnvironment;
  readonly #lines = new Map<string, DependencyLine>();
  readonly #extras = new Map<string, boolean>();

  constructor(markers: MarkerEnvironment) {
    this.#markers = markers;
  }

  read(text: string): DependencyLine {
    const known = this.#lines.get(text);
    if (known !== undefined) {
      return known;
    }
    const line = this.#parse(text);
    this.#lines.set(text, line);
    return line;
  }

  /** Whether a line that is not plain applies when the extra is asked for. */
  appliesTo(text: string, extra: string): boolean {
    const { requirement, mayBeExtra } = this.read(text);
    if (requirement === null || !mayBeExtra) {
      return false;
    }
    const key = `${extra} ${text}`;
    const known = this.#extras.get(key) ?? markerHolds(requirement.marker, this.#markers, [extra]);
    this.#extras.set(key, known);
    return known;
  }

  #parse(text: string): DependencyLine {
    try {
      const requirement = parseRequirement(text);
      const isPlain = markerHolds(requirement.marker, this.#markers);
      const mayBeExtra = !isPlain && requirement.marker !== null && mentionsExtra(requirement.marker);
      return { requirement, isPlain, mayBeExtra };
    } catch (error) {
      if (error instanceof TroopError) {
        return { requirement: null, isPlain: false, mayBeExtra: false };
      }
      throw error;
    }
  }
}
