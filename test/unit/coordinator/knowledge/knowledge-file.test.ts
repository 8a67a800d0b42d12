import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openKnowledgeFile } from '../../../../coordinator/knowledge/knowledge-file.ts';
import { readSnapshotFile } from '../../../../coordinator/knowledge/read-snapshot-file.ts';
import { withTemporaryDirectory } from '../../../support/temporary-directory.ts';

const documentOf = (name: string, version: string): string =>
  JSON.stringify(
    {
      metadata: { datetime: '2020-06-01T10:11:12' },
      result: {
        tree: [
          {
            package_name: name,
            package_version: version,
            index_url: 'https://host.example/simple',
            dependencies: [{ package_name: 'six', specifier: '>=1' }],
          },
        ],
        errors: [{ package_name: 'broken', package_version: '1', type: 'command_error' }],
      },
    },
    null,
    2,
  );

describe('a file of knowledge', () => {
  it('may be a solver document, or a folder of them, wherever a snapshot may be', async () => {
    await withTemporaryDirectory(async (directory) => {
      const folder = join(directory, 'documents');
      await mkdir(folder);
      await writeFile(join(folder, 'solver-one'), documentOf('flask', '1.0'));
      await writeFile(join(folder, 'solver-two'), documentOf('flask', '1.1'));
      const one = await readSnapshotFile(join(folder, 'solver-one'));
      expect(one.releases('flask')).toMatchObject([{ version: '1.0', requires_dist: ['six>=1'], files: [] }]);
      const both = await readSnapshotFile(folder);
      expect(both.releases('flask')?.map(({ version }) => version)).toEqual(['1.0', '1.1']);
      expect(both.header.indexes).toEqual([{ name: 'host-example', url: 'https://host.example/simple' }]);
      const { notes } = await openKnowledgeFile(folder);
      expect(notes).toEqual([
        '2 releases of 2 solver documents; their files are not known',
        'not taken, it did not install: broken 1: command_error',
      ]);
    });
  });

  it('must be there, and whole', async () => {
    await withTemporaryDirectory(async (directory) => {
      await expect(openKnowledgeFile(join(directory, 'none'))).rejects.toMatchObject({ code: 'TROOP-1008' });
      await expect(openKnowledgeFile(directory)).rejects.toMatchObject({ code: 'TROOP-2008' });
      const cut = join(directory, 'cut.json');
      await writeFile(cut, documentOf('flask', '1.0').slice(0, -10));
      await expect(readSnapshotFile(cut)).rejects.toMatchObject({ code: 'TROOP-2008', facts: { file: cut } });
    });
  });
});
