// Where what lies in the agent's state directory.
import { join } from 'node:path';

export interface StateLayout {
  readonly root: string;
  /** Mode 0600. */
  readonly credentials: string;
  readonly lock: string;
  readonly spool: string;
  /** Fetched files by SHA-256. */
  readonly files: string;
  readonly environments: string;
  readonly workspaces: string;
  readonly tools: string;
  readonly scratch: string;
  /** What the running agent tells `troop-agent status`. */
  readonly status: string;
}

export const stateLayout = (root: string): StateLayout => ({
  root,
  credentials: join(root, 'credentials.json'),
  lock: join(root, 'agent.lock'),
  spool: join(root, 'spool'),
  files: join(root, 'files'),
  environments: join(root, 'environments'),
  workspaces: join(root, 'workspaces'),
  tools: join(root, 'tools'),
  scratch: join(root, 'scratch'),
  status: join(root, 'status.json'),
});
