import { describe, expect, it } from 'vitest';
import { closingLines } from '../../../../../coordinator/knowledge/sync/closing-lines.ts';
import type { SyncSummary } from '../../../../../coordinator/knowledge/sync/sync-options.ts';

const summary: SyncSummary = {
  snapshotId: 'sha256:00',
  isNew: true,
  projects: 2,
  releases: 12,
  indexes: [],
  metadata: { 'metadata-file': 3, wheel: 2, sdist: 1, remembered: 6 },
  pages: 2,
  fromCache: 1,
  bytes: 1_250_000,
  durationMs: 1540,
  notLearned: [
    {
      kind: 'needs-build',
      count: 2,
      text: 'releases need a build to tell their requirements',
      examples: [{ kind: 'needs-build', project: 'app', subject: '1.0', reason: 'r' }],
    },
  ],
  notes: ['Mind the gap.'],
};

describe('the closing lines', () => {
  it('say what was learned, what was not and why, and what to know', () => {
    expect(closingLines(summary)).toEqual([
      '12 releases of 2 projects in 1.5 s: 2 pages (1 from the cache), 6 files asked for metadata, 6 known from before, 1.3 MB fetched; snapshot sha256:00',
      '2 releases need a build to tell their requirements (app 1.0, ...)',
      'Mind the gap.',
    ]);
  });

  it('count one as one', () => {
    const one = closingLines({ ...summary, releases: 1, projects: 1, pages: 1 })[0];
    expect(one).toMatch(/^1 release of 1 project in .*: 1 page \(/);
  });

  it('say so when nothing has changed', () => {
    expect(closingLines({ ...summary, isNew: false })[0]).toContain(
      'nothing has changed since snapshot sha256:00',
    );
  });
});
