// The agent's settings, read in one place: flags win over the environment, the environment over the defaults.
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { LogLevel } from '../shared/runtime/logger.ts';
import { readLogLevel, readWholeNumber, type Environment } from '../shared/runtime/settings.ts';

/** Every environment variable that the agent reads, with what it means. */
export const AGENT_VARIABLES = {
  TROOP_AGENT_STATE: 'directory of the credentials, the spool and the caches (as --state)',
  TROOP_AGENT_LOG_LEVEL: 'debug, info, warn, error or silent',
  TROOP_AGENT_METRICS_PORT: 'port on loopback for /metrics; 0 takes a free one',
  TROOP_AGENT_HOST_LOCK: 'file that keeps two agents of one host from measuring at the same time',
  TROOP_AGENT_HIDDEN: 'further paths that measured code must not see, with : between them',
  TROOP_AGENT_CACHE_BYTES: 'how much the caches of files and environments may hold',
} as const;

export interface AgentConfig {
  readonly stateDirectory: string;
  readonly logLevel: LogLevel;
  readonly metricsPort: number;
  readonly hostLockPath: string;
  readonly cacheBytes: number;
  /** Absolute paths that builds and measured code must not see, beside the agent's own. */
  readonly hiddenPaths: readonly string[];
}

export interface AgentFlags {
  readonly state?: string;
  readonly logLevel?: string;
  readonly metricsPort?: string;
}

const DEFAULT_CACHE_BYTES = 20e9;

/** Throws TROOP-1002 naming the setting that is wrong. */
export function readAgentConfig(flags: AgentFlags, environment: Environment, isRoot: boolean): AgentConfig {
  return {
    stateDirectory: resolve(
      flags.state ?? environment['TROOP_AGENT_STATE'] ?? defaultState(environment, isRoot),
    ),
    logLevel: readLogLevel(flags.logLevel ?? environment['TROOP_AGENT_LOG_LEVEL'] ?? 'info'),
    metricsPort: readWholeNumber(
      'the metrics port',
      flags.metricsPort ?? environment['TROOP_AGENT_METRICS_PORT'] ?? '8701',
      65_535,
    ),
    hiddenPaths: (environment['TROOP_AGENT_HIDDEN'] ?? '').split(':').filter(isAbsolute),
    hostLockPath: environment['TROOP_AGENT_HOST_LOCK'] ?? join(tmpdir(), 'troop-host.lock'),
    cacheBytes: readWholeNumber(
      'TROOP_AGENT_CACHE_BYTES',
      environment['TROOP_AGENT_CACHE_BYTES'] ?? String(DEFAULT_CACHE_BYTES),
      1e15,
    ),
  };
}

/** XDG base directories; root's machines are servers. */
function defaultState(environment: Environment, isRoot: boolean): string {
  const xdg = environment['XDG_STATE_HOME'];
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'troop-agent');
  return isRoot ? '/var/lib/troop-agent' : join(homedir(), '.local', 'state', 'troop-agent');
}
