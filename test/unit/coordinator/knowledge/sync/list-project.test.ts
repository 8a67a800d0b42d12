import { describe, expect, it } from 'vitest';
import type { ProjectFile } from '../../../../../coordinator/knowledge/index/index-client.ts';
import { listProject, type ProjectListing } from '../../../../../coordinator/knowledge/sync/list-project.ts';
import { sampleProjectFile } from '../../../../support/sample-project-file.ts';

const list = (files: readonly ProjectFile[], excludeNewer: string | null = null): Promise<ProjectListing> =>
  listProject(files, { index: 'pip', name: 'my-app', excludeNewer }, { pause: () => undefined });

describe('the files of a project', () => {
  it('are sorted into releases, newest first, by versions and not by their spelling', async () => {
    const listing = await list([
      sampleProjectFile('my_app-1.0-py3-none-any.whl'),
      sampleProjectFile('my.app-1.10.tar.gz', { requiresPython: '>=3.8' }),
      sampleProjectFile('My_App-1.9-py3-none-any.whl'),
      sampleProjectFile('my_app-1.0.0-cp311-cp311-linux_x86_64.whl'),
      sampleProjectFile('my-app-1.0.tar.gz'),
    ]);
    expect(listing.releases.map(({ release }) => [release.version, release.files.length])).toEqual([
      ['1.10', 1],
      ['1.9', 1],
      ['1.0', 3],
    ]);
    expect(listing.releases[0]?.release).toMatchObject({
      index: 'pip',
      name: 'my-app',
      requires_python: '>=3.8',
      requires_dist: null,
    });
  });

  it('that are none of it are counted, but for formats of the past', async () => {
    const listing = await list([
      sampleProjectFile('other-1.0.tar.gz'),
      sampleProjectFile('my_app-x.y-py3-none-any.whl'),
      sampleProjectFile('my_app-1.0.win32.exe'),
      sampleProjectFile('my_app-1.0-py2.7.egg'),
      sampleProjectFile('my_app-1.0-py3-none-any.whl', { requiresPython: '>=3\u0000' }),
    ]);
    expect(listing.releases).toEqual([]);
    expect(listing.unparsable).toHaveLength(3);
  });

  it('that are yanked one and all make a yanked release', async () => {
    const yanked = { yanked: true };
    const listing = await list([
      sampleProjectFile('my_app-1.0-py3-none-any.whl', yanked),
      sampleProjectFile('my_app-1.0.tar.gz'),
      sampleProjectFile('my_app-2.0.tar.gz', yanked),
    ]);
    expect(listing.releases.map(({ release }) => [release.version, release.yanked])).toEqual([
      ['2.0', true],
      ['1.0', false],
    ]);
  });

  it('that are newer than a cutoff, or of no time, do not exist', async () => {
    const listing = await list(
      [
        sampleProjectFile('my_app-1.0.tar.gz', { uploadTime: '2026-01-01T00:00:00Z' }),
        sampleProjectFile('my_app-2.0.tar.gz', { uploadTime: '2026-01-01T00:00:01Z' }),
        sampleProjectFile('my_app-3.0.tar.gz'),
      ],
      '2026-01-01T00:00:00Z',
    );
    expect(listing.releases.map(({ release }) => release.version)).toEqual(['1.0']);
    expect(listing.withoutTime).toBe(1);
  });

  it('of which only some name a Python leave it to the files', async () => {
    const [listed] = (
      await list([
        sampleProjectFile('my_app-1.0.tar.gz'),
        sampleProjectFile('my_app-1.0-py3-none-any.whl', { requiresPython: '>=3.8' }),
      ])
    ).releases;
    expect(listed?.release.requires_python).toBeNull();
    expect(listed?.release.files.map((item) => item.requires_python)).toEqual(['>=3.8', undefined]);
  });
});
