import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { removeTree } from '../../../../agent/sandbox/remove-tree.ts';
import { withTemporaryDirectory } from '../../../support/temporary-directory.ts';

/** Each level is entered, as code under inspection would: no path could name the last ones. */
const DIG = `i=0; while [ $i -lt 40 ]; do mkdir "$1" && cd -P "$1" || exit 1; i=$((i + 1)); done; : >bottom`;

describe('removing what a stranger left', () => {
  test('removes folders that are deeper than a path may be long', () =>
    withTemporaryDirectory(async (directory) => {
      const root = join(directory, 'deep');
      await mkdir(root);
      execFileSync('/bin/sh', ['-c', DIG, 'sh', 'n'.repeat(200)], { cwd: root });
      await removeTree(root);
      expect(existsSync(root)).toBe(false);
    }));

  test('removes folders without permissions, and links without following them', () =>
    withTemporaryDirectory(async (directory) => {
      const root = join(directory, 'closed');
      const outside = join(directory, 'outside');
      await mkdir(join(root, 'folder', 'inner'), { recursive: true });
      await mkdir(outside);
      await writeFile(join(outside, 'file'), '');
      await symlink(outside, join(root, 'folder', 'inner', 'link'));
      for (const path of ['folder/inner', 'folder', '.']) await chmod(join(root, path), 0);
      await removeTree(root);
      expect(existsSync(root)).toBe(false);
      expect(existsSync(join(outside, 'file'))).toBe(true);
    }));

  test('is content when nothing is there', () =>
    withTemporaryDirectory(async (directory) => {
      await expect(removeTree(join(directory, 'nothing'))).resolves.toBeUndefined();
    }));
});
