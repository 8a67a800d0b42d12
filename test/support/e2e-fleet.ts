// A whole fleet for one test: `troop up` of the built programs with its embedded PostgreSQL and NATS and its agents, in
// a directory of its own, on free ports. What is left of it when the test is over is an error, and is ended by its id.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { killNow, processesOf, type FoundProcess } from './e2e-processes.ts';
import { argvOf, callProgram, environmentOf, type Answer, type Program } from './programs.ts';
import { until } from './until.ts';

export interface FleetOptions {
  /** Further arguments of `troop up`, such as `--host`. */
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Of the database given with `--database-url`, to look into it past whatever lies on that way. */
  readonly databaseUrl?: string;
  /** Called with `--data` before anything is written there. */
  readonly prepareData?: (data: string) => Promise<void>;
  /** Called when everything has ended, before `home` is removed. */
  readonly releaseData?: (data: string) => Promise<void>;
}

export interface Fleet {
  /** Everything of the test lies here. */
  readonly home: string;
  /** `--data`. */
  readonly data: string;
  /** Of the coordinator that runs now. */
  readonly url: () => string;
  readonly pid: () => number;
  /** Runs a command against this fleet. */
  troop(...argv: readonly string[]): Promise<Answer>;
  /** The same with `--json`, parsed; throws when it does not end with 0. */
  ask<Value>(...argv: readonly string[]): Promise<Value>;
  /** Rows of the fleet's own database. */
  rows<Row>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Writes a file of the test; gives its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  /** Starts `troop up` again when the one before has ended, by whatever hand. */
  restart(): Promise<void>;
  /** Stops in order, then removes everything; throws when a process or a message was left behind. */
  stop(): Promise<void>;
}

const START_MS = 180_000;
const STOP_MS = 60_000;

export async function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  const home = await mkdtemp(join(tmpdir(), 'troop-e2e-'));
  // As root the database runs as another user, who has to pass.
  await chmod(home, process.getuid?.() === 0 ? 0o711 : 0o700);
  const data = join(home, 'data');
  await options.prepareData?.(data);
  const environment = { TROOP_AGENT_HOST_LOCK: join(home, 'host.lock'), ...options.environment };
  const call = (program: Program, argv: readonly string[]): Promise<Answer> =>
    callProgram(program, argv, { environment, timeoutMs: 600_000 });
  let running: Started | null = null;
  const now = (): Started => {
    if (running === null) throw new Error('the coordinator does not run');
    return running;
  };
  const start = async (): Promise<void> => {
    running = await up(data, options.flags ?? [], environment);
  };
  const fleet: Fleet = {
    home,
    data,
    url: () => now().url,
    pid: () => now().child.pid ?? 0,
    troop: (...argv) => call('troop', [...argv, '--data', data]),
    ask: async <Value>(...argv: readonly string[]) => {
      const answer = await call('troop', [...argv, '--data', data, '--json']);
      if (answer.status !== 0) throw new Error(`${argv.join(' ')}: ${answer.status}: ${answer.stderr}`);
      return JSON.parse(answer.stdout) as Value;
    },
    rows: (sql, values = []) => query(options.databaseUrl ?? data, sql, values),
    write: async (name, content) => {
      await writeFile(join(home, name), content);
      return join(home, name);
    },
    restart: async () => {
      await ended(now().child);
      await start();
    },
    stop: async () => {
      const left = await stopAll(home, running);
      await options.releaseData?.(data);
      await rm(home, { recursive: true, force: true });
      if (left.length > 0) throw new Error(`left behind: ${JSON.stringify(left)}`);
    },
  };
  try {
    await start();
  } catch (error) {
    await fleet.stop();
    throw error;
  }
  return fleet;
}

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
}

async function up(
  data: string,
  flags: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Started> {
  const [file = '', ...argv] = argvOf('troop', ['up', '--data', data, '--port', '0', '--json', ...flags]);
  const child = spawn(file, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environmentOf(environment),
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4000);
  });
  const timeout = AbortSignal.timeout(START_MS);
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line', { signal: timeout }).then(([said]) =>
      String(said),
    ),
    once(child, 'close').then(() => Promise.reject(new Error(`troop up ended: ${complaint}`))),
  ]);
  return { child, url: (JSON.parse(line) as { url: string }).url };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Ends the coordinator in order; gives what is still there then, and ends that too. */
async function stopAll(home: string, running: Started | null): Promise<readonly FoundProcess[]> {
  if (running !== null) {
    running.child.kill('SIGTERM');
    const giveUp = setTimeout(() => running.child.kill('SIGKILL'), STOP_MS);
    await ended(running.child);
    clearTimeout(giveUp);
  }
  const left = await processesOf(home);
  for (const { pid } of left) killNow(pid);
  await until(async () => (await processesOf(home)).length === 0);
  return left;
}

/** `where`: the address of a database, or the data directory of a fleet with one of its own. */
async function query<Row>(where: string, sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
  const client = new pg.Client(where.includes('://') ? where : await embeddedDatabase(where));
  // One that is being killed ends connections in its own way.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows as Row[];
  } finally {
    await client.end();
  }
}

async function embeddedDatabase(data: string): Promise<pg.ClientConfig> {
  const secret = async (name: string): Promise<string> =>
    (await readFile(join(data, 'secrets', name), 'utf8')).trim();
  return {
    host: '127.0.0.1',
    port: Number(await secret('postgres-port')),
    user: 'troop',
    password: await secret('postgres-password'),
    database: 'troop',
  };
}
