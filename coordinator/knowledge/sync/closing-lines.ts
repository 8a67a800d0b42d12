// The end of a sync in words: what was learned, what could not be and why, what a reader should know.
import { plural } from '../../../shared/terminal/format.ts';
import { printable } from '../../../shared/terminal/printable.ts';
import type { SyncSummary } from './sync-options.ts';

/** One sentence or list entry a line; no line holds credentials. */
export function closingLines(summary: SyncSummary): readonly string[] {
  const { metadata } = summary;
  const read = metadata['metadata-file'] + metadata.wheel + metadata.sdist;
  const state = summary.isNew ? 'snapshot' : 'nothing has changed since snapshot';
  const lines = [
    `${plural(summary.releases, 'release')} of ${plural(summary.projects, 'project')} in ${(summary.durationMs / 1000).toFixed(1)} s: ` +
      `${plural(summary.pages, 'page')} (${summary.fromCache} from the cache), ${plural(read, 'file')} asked for metadata, ` +
      `${metadata.remembered} known from before, ${megabytes(summary.bytes)} MB fetched; ${state} ${summary.snapshotId}`,
  ];
  for (const group of summary.notLearned) {
    const examples = group.examples.map((problem) => `${problem.project} ${problem.subject}`.trim());
    const more = group.count > examples.length ? ', ...' : '';
    lines.push(`${group.count} ${group.text} (${printable(examples.join(', '))}${more})`);
  }
  return [...lines, ...summary.notes];
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
