// Every launch has a directory of its own to write to: what one leaves behind, on purpose or as a cache, would reach the
// next one, and with it the other stack.
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../sandbox/remove-tree.ts';

export interface LaunchDirectory {
  readonly path: string;
  /** Never rejects: what cannot be removed now goes with the workspace of the trial. */
  remove(): Promise<void>;
}

/** Makes an empty one below the workspace of the trial. */
export async function openLaunchDirectory(workspace: string): Promise<LaunchDirectory> {
  const path = await mkdtemp(join(workspace, 'launch-'));
  return { path, remove: () => removeTree(path).catch(() => {}) };
}
