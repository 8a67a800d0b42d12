// Asks every index for a project, each in its merged view, and notes what was wrong on the way.
import type { TroopError } from '../../../shared/errors/troop-error.ts';
import type { IndexClient } from '../index/index-client.ts';
import { mergedProject } from '../index/merged-index.ts';
import { openIndexMember } from '../index/open-index.ts';
import { withCircuitBreaker } from '../index/with-circuit-breaker.ts';
import { listProject, type ProjectListing } from './list-project.ts';
import { problemKindOf, type ProblemBook } from './problems.ts';
import type { WalkContext } from './walk-context.ts';

export interface Listed {
  readonly listings: readonly ProjectListing[];
  /** Why an index that might know the name could not be asked. */
  readonly failure: TroopError | null;
}

/** Rejects only when the sync is aborted. */
export type Lister = (project: string) => Promise<Listed>;

export function createLister(context: WalkContext): Lister {
  const { dependencies, options, problems, tally, breather, signal } = context;
  const { client, cache } = dependencies;
  const onPage = (isFromCache: boolean): void => tally.page(isFromCache);
  const indexes = options.indexes.map((index) => ({
    name: index.name,
    clients: index.members.map((member): IndexClient =>
      withCircuitBreaker(openIndexMember(member, { client, cache, onPage })),
    ),
  }));
  return async (project) => {
    const listings: ProjectListing[] = [];
    let failure: TroopError | null = null;
    for (const index of indexes) {
      const merged = await mergedProject(index.clients, project, signal);
      for (const { location, error } of merged.failures) {
        failure ??= error;
        problems.note({ kind: problemKindOf(error), project, subject: location, reason: error.message });
      }
      for (const subject of merged.conflicts) {
        problems.note({ kind: 'hash-conflict', project, subject, reason: 'two SHA-256 for one file name' });
      }
      if (!merged.isKnown) continue;
      const excludeNewer = options.excludeNewer ?? null;
      const about = { index: index.name, name: project, excludeNewer };
      const listing = await listProject(merged.files, about, breather);
      noteListing(problems, listing, merged.unreadable);
      listings.push(listing);
    }
    if (listings.length === 0 && failure === null) {
      problems.note({ kind: 'not-found', project, subject: '', reason: 'no index knows it' });
    }
    return { listings, failure };
  };
}

function noteListing(problems: ProblemBook, listing: ProjectListing, unreadable: number): void {
  const { name: project, index } = listing;
  for (const subject of listing.unparsable) {
    problems.note({ kind: 'unparsable-filename', project, subject, reason: `on index ${index}` });
  }
  if (unreadable > 0) {
    const reason = `${unreadable} entries of its page on index ${index} have no readable file name or address`;
    problems.note({ kind: 'unparsable-filename', project, subject: `page on ${index}`, reason }, unreadable);
  }
  if (listing.withoutTime > 0) {
    const reason = `${listing.withoutTime} files on index ${index}`;
    problems.note({ kind: 'no-upload-time', project, subject: index, reason }, listing.withoutTime);
  }
}
