import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rootOnlyPaths } from '../../../../agent/sandbox/root-only-paths.ts';
import { withTemporaryDirectory } from '../../../support/temporary-directory.ts';

test('what others may not read is named by its topmost path', () =>
  withTemporaryDirectory(async (root) => {
    const put = (name: string, mode: number): Promise<void> => writeFile(join(root, name), '', { mode });
    await put('passwd', 0o644);
    await put('shadow', 0o640);
    await mkdir(join(root, 'ssl', 'private'), { recursive: true, mode: 0o755 });
    await put('ssl/private/key.pem', 0o600);
    await mkdir(join(root, 'closed'), { mode: 0o711 });
    await put('closed/open', 0o644);
    await symlink(join(root, 'shadow'), join(root, 'link'));
    const found = await rootOnlyPaths([{ folder: root, depth: 2 }]);
    const expected = ['closed', 'shadow', 'ssl/private/key.pem'];
    expect(found.toSorted()).toEqual(expected.map((name) => join(root, name)));
    expect(await rootOnlyPaths([{ folder: join(root, 'ssl'), depth: 0 }])).toEqual([]);
    expect(await rootOnlyPaths([{ folder: join(root, 'missing'), depth: 0 }])).toEqual([]);
  }));
