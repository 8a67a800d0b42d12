// Where a build keeps what, all below one directory of the agent. The environments and the builder's cache share a
// parent, because a sandbox mounts each writable path by itself, and no file can be hard-linked from one mount to another.
import { join } from 'node:path';

export interface BuildPaths {
  readonly root: string;
  /** Fetched files, by hash. Read-only for builds. */
  readonly wheels: string;
  /** Parent of the two below; what an installation may write. */
  readonly installed: string;
  readonly cache: string;
  readonly environments: string;
  /** What was installed once, to be linked. No program of a build may write here. */
  readonly kept: string;
  /** One directory a build for its home, temporary files and requirements. */
  readonly workspaces: string;
  readonly tools: string;
  /** Who uses what of the above. */
  readonly uses: string;
}

export function buildPaths(root: string): BuildPaths {
  const installed = join(root, 'installed');
  return {
    root,
    wheels: join(root, 'wheels'),
    installed,
    cache: join(installed, 'cache'),
    environments: join(installed, 'environments'),
    kept: join(root, 'kept'),
    workspaces: join(root, 'workspaces'),
    tools: join(root, 'tools'),
    uses: join(root, 'uses'),
  };
}
