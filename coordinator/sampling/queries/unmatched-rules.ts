// Which projects and indexes the rules of a request name that no stack of its space can have.
import { unmatchedIndexes, unmatchedNames } from '../../monkey/rules/unmatched-names.ts';
import type { SpaceRequest } from '../space-request.ts';
import type { Spaces } from '../spaces.ts';

export interface UnmatchedRequest {
  readonly space: SpaceRequest;
}

export interface UnmatchedAnswer {
  readonly names: readonly string[];
  readonly indexes: readonly string[];
}

export async function unmatchedRules(
  spaces: Spaces,
  { space: request }: UnmatchedRequest,
): Promise<UnmatchedAnswer> {
  if (request.rules === undefined) return { names: [], indexes: [] };
  const { space } = await spaces.open(request);
  const { indexOrder } = space.policy;
  return {
    names: unmatchedNames(request.rules, space),
    indexes: unmatchedIndexes(request.rules, indexOrder),
  };
}

/** One sentence on them, or none. */
export function unmatchedNote(names: readonly string[], where: string): readonly string[] {
  const [first, ...others] = names;
  if (first === undefined) return [];
  const they = others.length === 0 ? 'it' : 'them';
  return [`nothing in ${where} is ${names.join(' or ')}: what rules say of ${they} has no effect`];
}

/** The same of indexes: a rule that keeps to one of them keeps nothing. */
export function unmatchedIndexNote(indexes: readonly string[], where: string): readonly string[] {
  return indexes.length === 0
    ? []
    : [`no release in ${where} is of the index ${indexes.join(' or ')}, which rules name`];
}
