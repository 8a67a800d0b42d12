// The embedded PostgreSQL: a real server as our child, on loopback alone, with a password; started where none runs,
// adopted where one survived a killed coordinator, restarted when it dies, ended gently. It keeps its durability: the
// database is the truth of the fleet.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import { readBoundedStream, SMALL_FILE_BYTES } from '../../shared/runtime/bounded-file.ts';
import { readNamedTextIfThere } from '../../shared/runtime/named-file.ts';
import { writePrivateFile } from '../../shared/runtime/private-file.ts';
import { freePort, isPortFree } from './free-port.ts';
import { clusterIn, clusterPassword, ensureCluster, POSTGRES_USER } from './postgres-cluster.ts';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { ensureDatabase, letsUsIn } from './postgres-client.ts';
import { chooseUser, type RunAs } from './run-as.ts';
import { findServer, spawnServer, type ServerProcess } from './server-process.ts';
import { supervise } from './supervise.ts';
import { untilReady } from './until-ready.ts';

export interface PostgresProcessOptions {
  /** The server's own directory under the data directory; as root, its parents must let other users pass. */
  readonly directory: string;
  /** Where the password is kept: a directory that only we can read. */
  readonly secretsDirectory: string;
  /** The one used before, or a free one, by default. */
  readonly port?: number;
  /** Name of the database that `url` leads to; `troop` by default. */
  readonly database?: string;
  /** Who runs it; by default ourselves, and as root a user of its own. */
  readonly user?: RunAs;
  /** Where the binaries lie; by default where npm put them. */
  readonly nativeDirectory?: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long it may take until it answers, recovery included; 60,000 by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface EmbeddedPostgres {
  /** With the password: not for logs. */
  readonly url: string;
  readonly port: number;
  /** Whether it ran already. */
  readonly isAdopted: boolean;
  readonly version: string;
  pid(): number;
  /** Ends the server; connections are cut, transactions rolled back. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const START_ATTEMPTS = 5;
const PREDECESSOR_GONE_WITHIN_MS = 20_000;
const LOOK_AGAIN_MS = 100;
/** Fast shutdown, then immediate (recovers at the next start), then the last resort. */
const END = [
  { signal: 'SIGINT', waitMs: 15_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

interface Server {
  readonly options: PostgresProcessOptions;
  readonly cluster: string;
  readonly binaries: PostgresBinaries;
  readonly user: RunAs | null;
  readonly password: string;
  port: number;
}

/** Starts or adopts the server and makes the database. Throws TROOP-1007 and TROOP-165x. */
export async function startPostgresProcess(options: PostgresProcessOptions): Promise<EmbeddedPostgres> {
  const server = await prepare(options);
  const adopted = await adopt(server);
  const first = adopted ?? (await startAnew(server, options.port, options.signal));
  try {
    await ensureDatabase(urlOf(server, 'postgres'), databaseOf(server));
  } catch (error) {
    await first.end(END);
    throw error;
  }
  const supervision = supervise({
    ...options,
    name: 'postgres',
    first,
    // Where it was and nowhere else: everybody has its address by now.
    restart: (signal) => startAnew(server, server.port, signal),
  });
  return {
    url: urlOf(server, databaseOf(server)),
    port: server.port,
    isAdopted: adopted !== null,
    version: server.binaries.version,
    pid: () => supervision.current().pid,
    stop: async () => {
      await supervision.stop();
      await supervision.current().end(END);
    },
  };
}

const databaseOf = (server: Server): string => server.options.database ?? 'troop';

const urlOf = (server: Server, database: string): string =>
  `postgres://${POSTGRES_USER}:${server.password}@${HOST}:${server.port}/${database}`;

const portFile = (options: PostgresProcessOptions): string => join(options.secretsDirectory, 'postgres-port');

async function prepare(options: PostgresProcessOptions): Promise<Server> {
  const user = options.user ?? (await chooseUser(clusterIn(options.directory)));
  if (user === null && process.getuid?.() === 0) throw new TroopError('TROOP-1656');
  const password = await clusterPassword(
    join(options.secretsDirectory, 'postgres-password'),
    clusterIn(options.directory),
  );
  const binaries = await findPostgresBinaries({
    copyDirectory: options.directory,
    user,
    ...(options.nativeDirectory === undefined ? {} : { nativeDirectory: options.nativeDirectory }),
  });
  const { directory, signal } = options;
  const cluster = await ensureCluster({
    directory,
    binaries,
    user,
    password,
    ...(signal === undefined ? {} : { signal }),
  });
  const port = Number((await readNamedTextIfThere(portFile(options))) ?? 0);
  return { options, cluster, binaries, user, password, port: Number.isInteger(port) ? port : 0 };
}

/** A server of this cluster that still runs and lets us in where it is wanted; any other of this cluster is ended. */
async function adopt(server: Server): Promise<ServerProcess | null> {
  const { options, cluster } = server;
  const lines = (await readNamedTextIfThere(join(cluster, 'postmaster.pid')))?.split('\n') ?? [];
  const running = await findServer(Number(lines[0]), cluster, options.clock);
  if (running === null) return null;
  const port = Number(lines[3]);
  const isWanted = options.port === undefined || options.port === port;
  server.port = port;
  if (isWanted && (await letsUsIn(urlOf(server, 'postgres'), cluster))) {
    options.logger.info({ pid: running.pid, port }, 'adopted the PostgreSQL that still ran');
    return running;
  }
  await running.end(END);
  return null;
}

async function startAnew(
  server: Server,
  wantedPort: number | undefined,
  signal: AbortSignal | undefined,
): Promise<ServerProcess> {
  const { clock } = server.options;
  const deadlineMs = clock.monotonicMs() + PREDECESSOR_GONE_WITHIN_MS;
  for (let attempt = 1; ; attempt++) {
    server.port = await choosePort(wantedPort, server.port);
    await writePrivateFile(portFile(server.options), `${server.port}\n`);
    try {
      return await startOnce(server, signal);
    } catch (error) {
      if (isHeldByPredecessor(error) && clock.monotonicMs() < deadlineMs) {
        await clock.sleep(LOOK_AGAIN_MS, signal);
        signal?.throwIfAborted();
        attempt -= 1;
        continue;
      }
      // Somebody else took the port in between.
      const isTaken = error instanceof TroopError && error.code === 'TROOP-1007';
      if (!isTaken || wantedPort !== undefined || attempt >= START_ATTEMPTS) throw error;
    }
  }
}

/** A server that was killed is seen for a moment longer, by its pid or by the memory that its children still share. */
function isHeldByPredecessor(error: unknown): boolean {
  if (!(error instanceof TroopError) || error.code !== 'TROOP-1654') return false;
  const reason = String(error.facts['reason']);
  return /lock file .* already exists|pre-existing shared memory block/.test(reason);
}

async function choosePort(wanted: number | undefined, before: number): Promise<number> {
  if (wanted !== undefined && wanted !== 0) {
    if (await isPortFree(HOST, wanted)) return wanted;
    throw new TroopError('TROOP-1007', { host: HOST, port: wanted });
  }
  return before !== 0 && (await isPortFree(HOST, before)) ? before : freePort(HOST);
}

/** Modest, and as durable as PostgreSQL is by itself. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  fsync: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  logging_collector: 'off',
};

const SETTING_WORDS = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

async function startOnce(server: Server, signal: AbortSignal | undefined): Promise<ServerProcess> {
  const { options, user } = server;
  const { clock } = options;
  const log = join(options.directory, 'postgres.log');
  const logStart = await bytesOf(log);
  const running = await spawnServer({
    path: server.binaries.postgres,
    argv: ['-D', server.cluster, '-p', String(server.port), ...SETTING_WORDS],
    environment: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
    outputFile: log,
    clock,
  });
  return untilReady({
    running,
    clock,
    signal,
    timeoutMs: options.timeoutMs ?? 60_000,
    end: END,
    isReady: () => letsUsIn(urlOf(server, 'postgres'), server.cluster),
    whyEnded: async () => {
      const said = await writtenSince(log, logStart);
      return /could not bind|Address already in use/i.test(said)
        ? new TroopError('TROOP-1007', { host: HOST, port: server.port })
        : new TroopError('TROOP-1654', { reason: lastComplaint(said), log });
    },
    late: (timeoutMs) => new TroopError('TROOP-1655', { timeoutMs, log }),
  });
}

/** 0 when there is no such file. */
const bytesOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** The end of what a log has got since it had so many bytes; of a new one, where that was put away. */
async function writtenSince(path: string, before: number): Promise<string> {
  const bytes = await bytesOf(path);
  const start = Math.max(bytes < before ? 0 : before, bytes - SMALL_FILE_BYTES);
  if (start === bytes) return '';
  return await readBoundedStream(createReadStream(path, { start, end: bytes - 1 }), SMALL_FILE_BYTES);
}

const lastComplaint = (log: string): string =>
  log
    .split('\n')
    .filter((line) => /(FATAL|PANIC|ERROR|could not|error while)/.test(line))
    .at(-1)
    ?.replace(/^.*(FATAL|PANIC|ERROR): +/, '')
    .slice(0, 300) ?? 'it said nothing';
