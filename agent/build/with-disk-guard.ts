// Refuses to build when the disk is nearly full: a build that dies of a full disk half-way looks like a broken stack, and
// takes the agent's own state with it.
import { mkdir, statfs } from 'node:fs/promises';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { buildFailureOf } from './build-failure.ts';
import type { Builder } from './builder.ts';

/** With less nothing is built, so that no work is taken either. */
export const FREE_DISK_FLOOR_BYTES = 2e9;

export interface DiskGuardOptions {
  /** A directory on the disk that builds fill. */
  readonly path: string;
  readonly floorBytes: number;
}

export function withDiskGuard(inner: Builder, options: DiskGuardOptions): Builder {
  return {
    name: inner.name,
    build: async (request, signal) => {
      const freeBytes = await freeBytesAt(options.path);
      if (freeBytes >= options.floorBytes) return inner.build(request, signal);
      const error = new TroopError('TROOP-1418', { freeBytes, ...options });
      const failure = buildFailureOf(error, request.allowSdists);
      if (failure === null) throw error;
      return { ok: false, failure, log: `error[${error.code}]: ${error.message}\n` };
    },
  };
}

/** Beside the floor, so that one build does not end all work. */
const ROOM_FACTOR = 1.25;

/** How much more should be free. */
export async function missingBytesAt(path: string): Promise<number> {
  return Math.max(0, ROOM_FACTOR * FREE_DISK_FLOOR_BYTES - (await freeBytesAt(path)));
}

/** What an ordinary user may still fill. */
async function freeBytesAt(path: string): Promise<number> {
  await mkdir(path, { recursive: true });
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
