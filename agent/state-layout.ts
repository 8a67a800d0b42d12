// Where what lies in the agent's state directory.
import { join } from 'node:path';

export interface StateLayout {
  readonly root: string;
  /** Mode 0600. */
  readonly credentials: string;
  readonly lock: string;
  readonly spool: string;
  /** Fetched files, tools and environments: everything that builds need and measured code may read. */
  readonly build: string;
  readonly trials: string;
  readonly scratch: string;
  /** What the running agent tells `troop-agent status`. */
  readonly status: string;
}

export const stateLayout = (root: string): StateLayout => ({
  root,
  credentials: join(root, 'credentials.json'),
  lock: join(root, 'agent.lock'),
  spool: join(root, 'spool'),
  build: join(root, 'build'),
  trials: join(root, 'trials'),
  scratch: join(root, 'scratch'),
  status: join(root, 'status.json'),
});

/** What code under inspection must not see, wherever it runs. */
export const hiddenPaths = (layout: StateLayout, further: readonly string[]): readonly string[] => [
  layout.credentials,
  layout.spool,
  layout.status,
  ...further,
];
