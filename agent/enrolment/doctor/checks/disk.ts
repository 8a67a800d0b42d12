// Space for files and environments. Below the floor the agent takes no work.
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatBytes } from '../../../../shared/terminal/format.ts';
import { FREE_DISK_FLOOR_BYTES } from '../../../build/with-disk-guard.ts';
import { fail, ok, warn, type Check } from '../check.ts';

const ROOMY_BYTES = 10e9;

export const diskCheck: Check = {
  id: 'disk',
  title: 'free disk',
  run: async ({ layout }) => {
    const freeBytes = await freeBelow(layout.root);
    const seen = `${formatBytes(freeBytes)} free for ${layout.root}`;
    if (freeBytes < FREE_DISK_FLOOR_BYTES) {
      return fail(seen, "free at least 2 GB, or name a directory on another disk with '--state DIR'");
    }
    return freeBytes < ROOMY_BYTES
      ? warn(seen, 'free 10 GB or more: environments of large stacks take gigabytes each')
      : ok(seen);
  },
};

/** Of the folder, or of the nearest one above it that exists. */
async function freeBelow(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    const parent = dirname(path);
    if (parent === path) throw error;
    return await freeBelow(parent);
  }
}
