// What is said of the indexes that a file names. They have no effect of themselves: stacks come from the indexes that the
// knowledge was learned from, and a file that somebody wrote for an installer does not know those.
import type { RequestIndex } from './request-text.ts';

/** A sentence for every index that the campaign or command does not name itself, by name or address. */
export function indexNotes(
  indexes: readonly RequestIndex[],
  named: readonly { readonly name: string; readonly url?: string }[] = [],
): readonly string[] {
  return indexes
    .filter((index) => !named.some(({ name, url }) => name === index.name || url === index.url))
    .map(
      ({ name, url }) =>
        `the file names the index ${url}: stacks come from the indexes of the knowledge; 'troop knowledge sync REQUIREMENT… --index ${name}=${url}' learns it`,
    );
}
