// The embedded NATS server: a child with a JetStream store under the data directory, started where none runs, adopted
// where one survived a killed coordinator, restarted when it dies, its users changed without dropping a connection.
// Passwords stand in files of mode 0600, never on a command line.
import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { NatsServerBinary } from './find-nats-server.ts';
import { freePort, isPortFree } from './free-port.ts';
import { natsConfigurationText } from './nats-configuration.ts';
import { natsServerNameAt } from './nats-ready.ts';
import { loadNatsState, saveNatsState, type NatsState } from './nats-state.ts';
import { readNamedTextIfThere } from '../../shared/runtime/named-file.ts';
import { writePrivateFile } from '../../shared/runtime/private-file.ts';
import { newPassword } from './new-password.ts';
import { findServer, spawnServer, type ServerProcess } from './server-process.ts';
import { supervise } from './supervise.ts';
import { untilReady } from './until-ready.ts';

export interface NatsProcessOptions {
  /** The server's own directory under the data directory; made with mode 0700. */
  readonly directory: string;
  readonly binary: NatsServerBinary;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** The one used before, or a free one, by default. */
  readonly port?: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long it may take until it answers; 30,000 by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface EmbeddedNats {
  /** The coordinator's address, with its password: not for logs. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Whether it ran already. */
  readonly isAdopted: boolean;
  pid(): number;
  /** Lets an agent connect, as user `<agent id>` with the password returned; asked again, it gives the same one. */
  addAgentUser(agentId: string): Promise<{ readonly user: string; readonly password: string }>;
  /** Ends the agent's connections and refuses it from now on. */
  removeAgentUser(agentId: string): Promise<void>;
  /** Ends the server gently. */
  stop(): Promise<void>;
}

const COORDINATOR_USER = 'coordinator';
const START_ATTEMPTS = 5;
const END = [
  { signal: 'SIGTERM', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

/** What start and restart share; `state` is replaced as a whole when it changes. */
interface Server {
  readonly options: NatsProcessOptions;
  readonly paths: ReturnType<typeof pathsOf>;
  state: NatsState;
}

const pathsOf = (directory: string) => ({
  state: join(directory, 'state.json'),
  configuration: join(directory, 'nats.conf'),
  store: join(directory, 'store'),
  pid: join(directory, 'nats.pid'),
  log: join(directory, 'nats.log'),
  output: join(directory, 'nats.out'),
});

/** Starts or adopts the server. Throws TROOP-1007 (port in use), TROOP-1713 and TROOP-1714. */
export async function startNatsProcess(options: NatsProcessOptions): Promise<EmbeddedNats> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  await chmod(options.directory, 0o700);
  const host = options.host ?? '127.0.0.1';
  const paths = pathsOf(options.directory);
  const server: Server = { options, paths, state: await loadNatsState(paths.state, host) };

  const adopted = await adopt(server);
  const first = adopted ?? (await startAnew(server, options.signal, options.port));
  const supervision = supervise({
    ...options,
    name: 'nats',
    first,
    // Where it was and nowhere else: everybody has its address by now.
    restart: (signal) => startAnew(server, signal, server.state.port),
  });
  const changeUsers = serialised(async (change: (agents: Record<string, string>) => void) => {
    const agents = { ...server.state.agents };
    change(agents);
    await putInForce(server, { ...server.state, agents }, supervision.current());
  });
  const { port } = server.state;
  const credentials = `${COORDINATOR_USER}:${server.state.coordinatorPassword}`;
  return {
    url: `nats://${credentials}@${isEverywhere(host) ? '127.0.0.1' : host}:${port}`,
    host,
    port,
    isAdopted: adopted !== null,
    pid: () => supervision.current().pid,
    addAgentUser: async (agentId) => {
      const password = server.state.agents[agentId] ?? newPassword();
      if (server.state.agents[agentId] === undefined) {
        await changeUsers((agents) => {
          agents[agentId] ??= password;
        });
      }
      return { user: agentId, password: server.state.agents[agentId] ?? password };
    },
    removeAgentUser: (agentId) =>
      changeUsers((agents) => {
        delete agents[agentId];
      }),
    stop: async () => {
      await supervision.stop();
      await supervision.current().end(END);
    },
  };
}

const isEverywhere = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** A server of this directory that still runs, when it listens where it is wanted; one that does not is ended. */
async function adopt(server: Server): Promise<ServerProcess | null> {
  const { options, paths, state } = server;
  const pid = Number(await readNamedTextIfThere(paths.pid));
  const running = await findServer(pid, paths.configuration, options.clock);
  if (running === null) return null;
  const host = options.host ?? '127.0.0.1';
  const isWanted = state.host === host && (options.port === undefined || options.port === state.port);
  if (isWanted && (await isOurs(state))) {
    // Users that were written down before the coordinator was killed may not be in force yet.
    await writePrivateFile(paths.configuration, configurationOf(server, state));
    await reload(server, running);
    options.logger.info({ pid, port: state.port }, 'adopted the NATS server that still ran');
    return running;
  }
  // Two servers on one store would spoil it.
  await running.end(END);
  return null;
}

const isOurs = async (state: NatsState): Promise<boolean> =>
  (await natsServerNameAt(isEverywhere(state.host) ? '127.0.0.1' : state.host, state.port)) ===
  state.serverName;

/** Starts it on the wanted port, else on the one used before, else on a free one. */
async function startAnew(
  server: Server,
  signal: AbortSignal | undefined,
  wantedPort: number | undefined,
): Promise<ServerProcess> {
  const { options, paths } = server;
  const host = options.host ?? '127.0.0.1';
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(host, wantedPort, server.state.port);
    server.state = { ...server.state, host, port };
    await saveNatsState(paths.state, server.state);
    await writePrivateFile(paths.configuration, configurationOf(server, server.state));
    try {
      return await startOnce(server, signal);
    } catch (error) {
      // Somebody else took the port in between.
      const isTaken = error instanceof TroopError && error.code === 'TROOP-1007';
      if (!isTaken || wantedPort !== undefined || attempt >= START_ATTEMPTS) throw error;
    }
  }
}

async function choosePort(host: string, wanted: number | undefined, before: number): Promise<number> {
  if (wanted !== undefined && wanted !== 0) {
    if (await isPortFree(host, wanted)) return wanted;
    throw new TroopError('TROOP-1007', { host, port: wanted });
  }
  return before !== 0 && (await isPortFree(host, before)) ? before : freePort(host);
}

const configurationOf = ({ paths }: Server, state: NatsState): string =>
  natsConfigurationText({
    serverName: state.serverName,
    host: state.host,
    port: state.port,
    storeDirectory: paths.store,
    pidFile: paths.pid,
    logFile: paths.log,
    coordinator: { user: COORDINATOR_USER, password: state.coordinatorPassword },
    agents: new Map(Object.entries(state.agents)),
  });

async function startOnce(server: Server, signal: AbortSignal | undefined): Promise<ServerProcess> {
  const { options, paths, state } = server;
  const { clock } = options;
  const logStart = await sizeOf(paths.log);
  const running = await spawnServer({
    path: options.binary.path,
    argv: ['-c', paths.configuration],
    environment: { PATH: '/usr/bin:/bin', HOME: options.directory },
    outputFile: paths.output,
    clock,
  });
  return untilReady({
    running,
    clock,
    signal,
    timeoutMs: options.timeoutMs ?? 30_000,
    end: END,
    isReady: () => isOurs(state),
    whyEnded: async () => {
      const log = await textFrom(paths.log, logStart);
      return /address already in use/i.test(log)
        ? new TroopError('TROOP-1007', { host: state.host, port: state.port })
        : new TroopError('TROOP-1713', { reason: lastComplaint(log), log: paths.log });
    },
    late: (timeoutMs) => new TroopError('TROOP-1714', { timeoutMs, log: paths.log }),
  });
}

const lastComplaint = (log: string): string =>
  log
    .split('\n')
    .filter((line) => /\[(FTL|ERR)\]/.test(line))
    .at(-1)
    ?.replace(/^.*\[(FTL|ERR)\] /, '')
    .slice(0, 300) ?? 'it said nothing';

/** Writes the new users down, then has the server read them. */
async function putInForce(server: Server, state: NatsState, running: ServerProcess): Promise<void> {
  await saveNatsState(server.paths.state, state);
  await writePrivateFile(server.paths.configuration, configurationOf(server, state));
  server.state = state;
  // One that is just being restarted reads the new file anyway.
  if (await running.isRunning()) await reload(server, running);
}

const RELOAD_WITHIN_MS = 5_000;

/** SIGHUP, and waits until the log says what became of it. Throws TROOP-1706 when the server refuses the file. */
async function reload(server: Server, running: ServerProcess): Promise<void> {
  const { clock } = server.options;
  const { log } = server.paths;
  const logStart = await sizeOf(log);
  running.kill('SIGHUP');
  const deadlineMs = clock.monotonicMs() + RELOAD_WITHIN_MS;
  for (;;) {
    const said = await textFrom(log, logStart);
    if (/Reloaded server configuration/.test(said)) return;
    const refusal = /Failed to reload server configuration: ([^\n]*)/.exec(said)?.[1];
    if (refusal !== undefined || clock.monotonicMs() >= deadlineMs) {
      const reason = refusal ?? `no answer within ${RELOAD_WITHIN_MS} ms`;
      throw new TroopError('TROOP-1706', { what: 'its new list of users', reason });
    }
    if (!(await running.isRunning())) return;
    await clock.sleep(10);
  }
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    (found) => found.size,
    () => 0,
  );

/** What was appended since; all of it when the log was begun anew. */
async function textFrom(path: string, start: number): Promise<string> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  return bytes.subarray(bytes.length < start ? 0 : start).toString('utf8');
}

/** One call after the other, so that two changes do not overwrite each other. */
function serialised<Argument>(
  work: (argument: Argument) => Promise<void>,
): (argument: Argument) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return (argument) => {
    const next = last.then(() => work(argument));
    last = next.catch(() => {});
    return next;
  };
}
