// What is said of the indexes that a file names. They have no effect of themselves: stacks come from the indexes that the
// knowledge was learned from, and a file that somebody wrote for an installer does not know those.
import { indexFingerprint } from '../../shared/stack/stack.ts';
import type { RequestIndex } from './request-text.ts';

/** A sentence for every index that is none of those known, by address, or by name where that has none. */
export function indexNotes(
  indexes: readonly RequestIndex[],
  known: readonly { readonly name: string; readonly url?: string | undefined }[],
): readonly string[] {
  return indexes
    .filter((index) => !known.some((one) => isSameIndex(one, index)))
    .map(
      ({ name, url }) =>
        `the file names the index ${url}: stacks come from the indexes of the knowledge; 'troop knowledge sync REQUIREMENT… --index ${name}=${url}' learns it`,
    );
}

/** Whether an index that is known here is the one that a file names. */
export function isSameIndex(
  known: { readonly name: string; readonly url?: string | undefined },
  named: RequestIndex,
): boolean {
  return known.url === undefined
    ? known.name === named.name
    : indexFingerprint(known.url) === indexFingerprint(named.url);
}
