// Where what lies in the agent's state directory.
import { isAbsolute, join } from 'node:path';
import { TroopError } from '../shared/errors/troop-error.ts';

export interface StateLayout {
  readonly root: string;
  /** Mode 0600. */
  readonly credentials: string;
  readonly lock: string;
  /** How often the agent was started here. */
  readonly life: string;
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
  life: join(root, 'life.json'),
  spool: join(root, 'spool'),
  build: join(root, 'build'),
  trials: join(root, 'trials'),
  scratch: join(root, 'scratch'),
  status: join(root, 'status.json'),
});

/** What the system said of a state directory. */
export const stateUnusable = (directory: string, error: unknown): TroopError =>
  new TroopError(
    'TROOP-1211',
    { directory, reason: error instanceof Error ? error.message : String(error) },
    { cause: error },
  );

/** Homes hold keys, tokens and settings with passwords; of the users' own as of the others'. */
const HOMES = ['/home', '/root', '/Users'];
/** What some system users are given for a home, and what nothing works without. */
const NO_HOMES = /^\/(?:bin|dev|etc|lib|proc|run|sbin|sys|tmp|usr|var)?(?:\/[^/]+)?$/;

/**
 * What code under inspection must not see, wherever it runs: all of the agent's state, every home, and `further`. The
 * environment, the interpreter and the workspace that a command needs are named by whoever starts it.
 */
export const hiddenPaths = (
  layout: StateLayout,
  home: string,
  further: readonly string[],
): readonly string[] => [
  layout.root,
  ...HOMES,
  ...(isAbsolute(home) && !NO_HOMES.test(home) ? [home] : []),
  ...further,
];
