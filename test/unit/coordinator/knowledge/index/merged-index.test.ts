import { describe, expect, it } from 'vitest';
import type { ProjectFile } from '../../../../../coordinator/knowledge/index/index-client.ts';
import { mergeFiles } from '../../../../../coordinator/knowledge/index/merged-index.ts';
import { sampleProjectFile } from '../../../../support/sample-project-file.ts';

const file = (parts: Partial<ProjectFile>): ProjectFile =>
  sampleProjectFile('app-1.0-py3-none-any.whl', parts);

const here = 'file:///wheels/app-1.0-py3-none-any.whl';

describe('two places', () => {
  it('that have the same file have it once, near at hand, with what either says', () => {
    const far = file({
      sha256: 'a',
      size: 5,
      uploadTime: 't',
      requiresPython: '>=3',
      yanked: true,
      metadata: { sha256: 'm' },
    });
    const near = file({ sha256: 'a', url: here });
    const expected = { ...far, url: here, metadata: null };
    expect(mergeFiles([far, near])).toEqual({ files: [expected], conflicts: [] });
    expect(mergeFiles([near, far])).toEqual({ files: [expected], conflicts: [] });
  });

  it('count as having the same file when one gives no hash', () => {
    expect(mergeFiles([file({}), file({ sha256: 'a' })]).files).toMatchObject([{ sha256: 'a' }]);
  });

  it('with different hashes for one name have two files, and that is told', () => {
    const merged = mergeFiles([
      file({ sha256: 'a' }),
      file({ sha256: 'b', url: here }),
      file({ sha256: 'a' }),
    ]);
    expect(merged.files.map((item) => item.sha256)).toEqual(['a', 'b']);
    expect(merged.conflicts).toEqual(['app-1.0-py3-none-any.whl']);
  });
});
