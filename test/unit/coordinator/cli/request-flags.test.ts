import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRequestFlags } from '../../../../coordinator/cli/request-flags.ts';
import type { SnapshotIndex } from '../../../../shared/stack/release.ts';
import { withTemporaryDirectory } from '../../../support/temporary-directory.ts';

const NONE = (): Promise<readonly SnapshotIndex[]> => Promise.resolve([]);

describe('the requirements of a command', () => {
  it('are its words and those of its files', async () => {
    await withTemporaryDirectory(async (directory) => {
      const requirements = join(directory, 'requirements.txt');
      const bounds = join(directory, 'bounds.txt');
      await writeFile(requirements, '-c bounds.txt\nscipy\n-i https://host.example/simple');
      await writeFile(bounds, 'six<2');
      const request = await readRequestFlags(
        ['numpy'],
        {
          requirement: [requirements],
          constraint: [bounds],
        },
        NONE,
      );
      expect(request).toMatchObject({ requirements: ['numpy', 'scipy'], constraints: ['six<2'] });
      expect(request.notes).toEqual([
        expect.stringContaining('the file names the index https://host.example/simple'),
      ]);
    });
  });

  it('come with a note on an index that the knowledge was not learned from, and with none on one that it was', async () => {
    await withTemporaryDirectory(async (directory) => {
      const file = join(directory, 'requirements.txt');
      await writeFile(
        file,
        'scipy\n-i https://host.example/simple\n--extra-index-url https://other.example/simple',
      );
      const known = [{ name: 'ours', url: 'https://u:p@host.example/simple/' }, { name: 'pip' }];
      const { notes } = await readRequestFlags([], { requirement: [file] }, () => Promise.resolve(known));
      expect(notes).toEqual([
        expect.stringContaining('the file names the index https://other.example/simple'),
      ]);
    });
  });

  it('are bounded by files and by words of a bound', async () => {
    await withTemporaryDirectory(async (directory) => {
      const file = join(directory, 'a=b.txt');
      await writeFile(file, 'scipy<2');
      const request = await readRequestFlags(['numpy'], { constraint: ['six<2', file, 'lib!=1'] }, NONE);
      expect(request.constraints.toSorted()).toEqual(['lib!=1', 'scipy<2', 'six<2']);
    });
  });

  it('must be some, and their files must be there', async () => {
    await expect(readRequestFlags([], {}, NONE)).rejects.toMatchObject({ code: 'TROOP-1903' });
    await expect(readRequestFlags([], { requirement: ['nowhere.txt'] }, NONE)).rejects.toMatchObject({
      code: 'TROOP-1008',
    });
  });
});
