// The coordinator's settings, read in one place: flags win over the environment, the environment over the defaults.
import { resolve } from 'node:path';
import { defaultDataDirectory } from './embedded/data-directory.ts';
import { TroopError } from '../shared/errors/troop-error.ts';
import { DEFAULT_RETRY_POLICY } from '../shared/inspection/retry-policy.ts';
import type { LogLevel } from '../shared/runtime/logger.ts';
import { readLogLevel, readWholeNumber, type Environment } from '../shared/runtime/settings.ts';

/** Every environment variable that `troop` reads, with what it means. */
export const COORDINATOR_VARIABLES = {
  TROOP_DATA: 'data directory (as --data)',
  TROOP_PORT: 'port of the HTTP API (as --port)',
  TROOP_HOST: 'address that the HTTP API and the embedded broker listen on (as --host)',
  TROOP_DATABASE_URL: 'a PostgreSQL to use in place of the embedded one (as --database-url)',
  TROOP_BROKER: 'a NATS server or cluster to use in place of the embedded one (as --broker)',
  TROOP_AGENT_BROKER: 'how agents reach the broker given with --broker, when that differs',
  TROOP_LOG_LEVEL: 'debug, info, warn, error or silent',
  TROOP_LEASE_MS: 'how long a machine may hold a job without being heard of; 90000 by default',
  TROOP_RETRY_BASE_MS:
    'wait after the first attempt that the fleet spoiled; doubles with each further one; 30000 by default',
  TROOP_PYTHON: 'the interpreter whose pip is asked for its indexes; python3 by default',
  TROOP_URL: 'the coordinator that the other commands talk to (as --url)',
  TROOP_TOKEN_FILE: 'file of the token that they show (as --token-file)',
} as const;

export interface CoordinatorConfig {
  readonly dataDirectory: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Null: the embedded NATS. */
  readonly brokerUrl: string | null;
  /** What agents are told of that broker; null: the same without credentials. */
  readonly agentBrokerUrl: string | null;
  /** How many agents to run on this machine. */
  readonly agents: number;
  readonly logLevel: LogLevel;
  readonly python: string;
  readonly leaseMs: number;
  readonly retryBaseMs: number;
}

export interface CoordinatorFlags {
  readonly data?: string;
  readonly host?: string;
  readonly port?: string;
  readonly databaseUrl?: string;
  readonly broker?: string;
  readonly agents?: string;
  readonly logLevel?: string;
}

const LONGEST_MS = 24 * 3_600_000;
export const DEFAULT_PORT = 8700;

/** Throws TROOP-1002 naming the setting that is wrong. */
export function readCoordinatorConfig(
  flags: CoordinatorFlags,
  environment: Environment,
  isRoot: boolean,
): CoordinatorConfig {
  const pick = (flag: string | undefined, variable: keyof typeof COORDINATOR_VARIABLES): string | null =>
    flag ?? environment[variable] ?? null;
  const duration = (
    variable: keyof typeof COORDINATOR_VARIABLES,
    bounds: { defaultMs: number; leastMs: number },
  ): number => {
    const value = readWholeNumber(variable, environment[variable] ?? String(bounds.defaultMs), LONGEST_MS);
    if (value >= bounds.leastMs) return value;
    throw new TroopError('TROOP-1002', { what: variable, reason: `it is below ${bounds.leastMs}` });
  };
  return {
    dataDirectory: resolve(pick(flags.data, 'TROOP_DATA') ?? defaultDataDirectory(environment, isRoot)),
    host: pick(flags.host, 'TROOP_HOST') ?? '127.0.0.1',
    port: readWholeNumber('the port', pick(flags.port, 'TROOP_PORT') ?? String(DEFAULT_PORT), 65_535),
    databaseUrl: databaseUrl(pick(flags.databaseUrl, 'TROOP_DATABASE_URL')),
    brokerUrl: brokerUrl('the address of the broker', pick(flags.broker, 'TROOP_BROKER')),
    agentBrokerUrl: brokerUrl('TROOP_AGENT_BROKER', pick(undefined, 'TROOP_AGENT_BROKER')),
    agents: readWholeNumber('--agents', flags.agents ?? '1', 64),
    logLevel: readLogLevel(pick(flags.logLevel, 'TROOP_LOG_LEVEL') ?? 'info'),
    python: pick(undefined, 'TROOP_PYTHON') ?? 'python3',
    leaseMs: duration('TROOP_LEASE_MS', { defaultMs: 90_000, leastMs: 5000 }),
    retryBaseMs: duration('TROOP_RETRY_BASE_MS', {
      defaultMs: DEFAULT_RETRY_POLICY.backoffBaseMs,
      leastMs: 0,
    }),
  };
}

/** What the driver would take for the name of a host or a socket is more likely a mistake. The address is not shown: it may hold a password. */
function databaseUrl(given: string | null): string | null {
  if (given === null || /^postgres(?:ql)?:\/\//.test(given)) return given;
  const reason = 'it does not begin with postgres://';
  throw new TroopError('TROOP-1002', { what: 'the address of the database', reason });
}

function brokerUrl(what: string, given: string | null): string | null {
  if (given === null || given.split(',').every((one) => URL.canParse(one.trim()))) return given;
  throw new TroopError('TROOP-1002', { what, reason: 'nats://host:port is expected' });
}
