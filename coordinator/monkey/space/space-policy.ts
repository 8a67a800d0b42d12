// The rules of choice of a state space: those that engine and oracle share, and those that only decide what is offered.
import { resolutionPolicy, type ResolutionPolicy } from '../../../shared/stack/policy.ts';

export interface SpacePolicy extends ResolutionPolicy {
  /** Indexes in order of preference; those not named come after them, by name. Decides ties between equal versions. */
  readonly indexOrder: readonly string[];
  /** Of a project that the next two do not name. `all`: the same version from two indexes is two candidates. `first`: a project comes from the first index that has it. */
  readonly indexes: 'all' | 'first';
  /** The same of single projects, by normalised name. */
  readonly indexesOf: Readonly<Record<string, 'all' | 'first'>>;
  /** The one index of a project, by normalised name. */
  readonly indexOf: Readonly<Record<string, string>>;
  /** What a project that the knowledge lacks is: an error, or one opaque candidate that meets every requirement. */
  readonly missing: 'error' | 'assume';
}

/** A whole policy from the parts that a campaign names. */
export function spacePolicy(parts: Partial<SpacePolicy> = {}): SpacePolicy {
  return {
    indexOrder: parts.indexOrder ?? [],
    indexes: parts.indexes ?? 'all',
    indexesOf: parts.indexesOf ?? {},
    indexOf: parts.indexOf ?? {},
    missing: parts.missing ?? 'error',
    ...resolutionPolicy(definedOnly(parts)),
  };
}

/** What single projects are given, by normalised name: `all`, `first`, or the name of their one index. */
export function indexChoices(
  given: Readonly<Record<string, string>>,
): Partial<Pick<SpacePolicy, 'indexesOf' | 'indexOf'>> {
  const modes: Record<string, 'all' | 'first'> = {};
  const pinned: Record<string, string> = {};
  for (const [name, choice] of Object.entries(given)) {
    if (choice === 'all' || choice === 'first') modes[name] = choice;
    else pinned[name] = choice;
  }
  return {
    ...(Object.keys(modes).length === 0 ? {} : { indexesOf: modes }),
    ...(Object.keys(pinned).length === 0 ? {} : { indexOf: pinned }),
  };
}

/** The policy with undefined parts left out, so that they do not hide the defaults. */
function definedOnly(parts: Partial<SpacePolicy>): Partial<SpacePolicy> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}
