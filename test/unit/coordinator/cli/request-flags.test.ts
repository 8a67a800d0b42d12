import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRequestFlags } from '../../../../coordinator/cli/request-flags.ts';
import { withTemporaryDirectory } from '../../../support/temporary-directory.ts';

describe('the requirements of a command', () => {
  it('are its words and those of its files', async () => {
    await withTemporaryDirectory(async (directory) => {
      const requirements = join(directory, 'requirements.txt');
      const bounds = join(directory, 'bounds.txt');
      await writeFile(requirements, '-c bounds.txt\nscipy\n-i https://host.example/simple');
      await writeFile(bounds, 'six<2');
      const request = await readRequestFlags(['numpy'], {
        requirement: [requirements],
        constraint: [bounds],
      });
      expect(request).toMatchObject({ requirements: ['numpy', 'scipy'], constraints: ['six<2'] });
      expect(request.notes).toEqual([
        expect.stringContaining('the file names the index https://host.example/simple'),
      ]);
    });
  });

  it('are bounded by files and by words of a bound', async () => {
    await withTemporaryDirectory(async (directory) => {
      const file = join(directory, 'a=b.txt');
      await writeFile(file, 'scipy<2');
      const request = await readRequestFlags(['numpy'], { constraint: ['six<2', file, 'lib!=1'] });
      expect(request.constraints.toSorted()).toEqual(['lib!=1', 'scipy<2', 'six<2']);
    });
  });

  it('must be some, and their files must be there', async () => {
    await expect(readRequestFlags([], {})).rejects.toMatchObject({ code: 'TROOP-1903' });
    await expect(readRequestFlags([], { requirement: ['nowhere.txt'] })).rejects.toMatchObject({
      code: 'TROOP-1008',
    });
  });
});
