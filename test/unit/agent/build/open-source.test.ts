import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MockAgent } from 'undici';
import { expect, test } from 'vitest';
import { openSource } from '../../../../agent/build/open-source.ts';
import { withTemporaryDirectory } from '../../../support/temporary-directory.ts';

const openLocal = (path: string) =>
  openSource(pathToFileURL(path).href, new MockAgent(), new AbortController().signal);

test('a file is read, and nothing else of a folder is waited for', () =>
  withTemporaryDirectory(async (directory) => {
    const file = join(directory, 'a.whl');
    await writeFile(file, 'content');
    let read = '';
    for await (const chunk of await openLocal(file)) read += String(chunk);
    expect(read).toBe('content');
    const pipe = join(directory, 'b.whl');
    execFileSync('mkfifo', [pipe]);
    await expect(openLocal(pipe)).rejects.toMatchObject({ code: 'TROOP-1403' });
    await expect(openLocal(directory)).rejects.toMatchObject({ code: 'TROOP-1403' });
    await expect(openLocal(join(directory, 'c.whl'))).rejects.toMatchObject({ code: 'TROOP-1403' });
  }));
