import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkInstalled } from '../../../../agent/build/check-installed.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../support/temporary-directory.ts';

let prefix: TemporaryDirectory;
beforeEach(async () => {
  prefix = await temporaryDirectory();
});
afterEach(() => prefix.remove());

async function put(folder: string, metadata: string): Promise<void> {
  const path = join(prefix.path, 'lib', 'python3.11', 'site-packages', `${folder}.dist-info`);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'METADATA'), metadata);
}

const SIX = [{ name: 'six', version: '1.16.0', index: 'pip', files: [] }];

describe('what is installed', () => {
  it('is read from the metadata without the white space around it', async () => {
    await put('six-1.16.0', 'Name: Six \r\nVersion:\t1.16.0\t\r\nRequires-Dist: a; x\r\n\r\nName: other\r\n');
    const installed = await checkInstalled(prefix.path, SIX);
    expect(Object.fromEntries(installed)).toEqual({ six: { version: '1.16.0', requires: ['a; x'] } });
  });

  it('is found beside something whose name is no name', async () => {
    await put('broken-1', 'Name: ../..\nVersion: 1\n');
    await put('six-1.16.0', 'Name: six\nVersion: 1.16.0\n');
    expect([...(await checkInstalled(prefix.path, SIX)).keys()]).toEqual(['six']);
  });

  it('is found beside what a wheel put where a Python could be', async () => {
    await put('six-1.16.0', 'Name: six\nVersion: 1.16.0\n');
    await mkdir(join(prefix.path, 'lib', 'python-config'));
    await writeFile(join(prefix.path, 'lib', 'python3'), '');
    expect([...(await checkInstalled(prefix.path, SIX)).keys()]).toEqual(['six']);
  });

  it('is told by code when it is another version', async () => {
    await put('six-1.17.0', 'Name: six\nVersion: 1.17.0\n');
    await expect(checkInstalled(prefix.path, SIX)).rejects.toMatchObject({ code: 'TROOP-1409' });
  });

  it('is read in the time of its length, however much white space stands in it', async () => {
    // By a pattern that goes back over it the time grows with the square: hours.
    await put('six-1.16.0', `Name: six\nVersion: 1.16.0\nSummary: x\nRequires-Dist: a${' '.repeat(4e6)}b\n`);
    const installed = await checkInstalled(prefix.path, SIX);
    expect(installed.get('six')?.requires[0]).toHaveLength(4e6 + 2);
  });
});
