// Places that a coordinator or an agent cannot use: directories, ports, databases, brokers, addresses, tokens, state.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tryLock, type FileLock } from '../../../shared/runtime/file-lock.ts';
import { buildServer } from '../../../coordinator/api/server.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { seenIn } from '../../support/bad-input.ts';
import { callInProcess } from '../../support/call-in-process.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.ts';
import { startNats, type TestNats } from '../../support/nats.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import type { Program } from '../../support/programs.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';

let home: TemporaryDirectory;
let whole: MigratedDatabase;
let newer: MigratedDatabase;
let bare: TestDatabase;
let nats: TestNats;
let lock: FileLock;
let closers: (() => Promise<unknown>)[];
/** What the rows write as `<name>`. */
const names = new Map<string, string>();
const ROLE = `troop_test_nobody_${process.pid}`;

const listening = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
};

async function withServer(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function changed(url: string, change: (url: URL) => void): string {
  const other = new URL(url);
  change(other);
  return other.href;
}

async function openDatabases(): Promise<void> {
  [whole, newer, bare] = await Promise.all([
    createMigratedDatabase(),
    createMigratedDatabase(),
    createTestDatabase(),
  ]);
  await newer.pool.query(
    "insert into schema_migrations (version, name, checksum) values (9999, 'later', 'x')",
  );
  await withServer(bare.url, async (client) => {
    await client.query(`create role ${ROLE} login password 'nobody'`);
    await client.query('revoke create on schema public from public');
  });
  names.set('whole', whole.url);
  names.set('newer', newer.url);
  names.set(
    'no rights',
    changed(bare.url, (url) => {
      url.username = ROLE;
      url.password = 'nobody';
    }),
  );
  names.set(
    'no database',
    changed(bare.url, (url) => {
      url.pathname = '/troop_test_is_not_there';
    }),
  );
}

async function openServers(): Promise<void> {
  nats = await startNats();
  names.set('nats', nats.url);
  const greeting = createServer((socket) => {
    socket.on('error', () => {});
    socket.end('220 not what you look for\r\n', () => socket.destroy());
  });
  const port = String(await listening(greeting));
  names.set('port', port);
  names.set('other database', `postgres://troop@127.0.0.1:${port}/troop`);
  const web = createHttpServer((_request, response) => response.end('<html>hello</html>'));
  closers.push(() => Promise.resolve(web.closeAllConnections()));
  names.set('web', `http://127.0.0.1:${await listening(web)}`);
  const api = await buildServer({
    version: '1.0.0',
    logger: silentLogger,
    authentication: {
      operatorToken: 'troop_operator_right',
      findAgentByTokenDigest: () => Promise.resolve(null),
    },
    routes: [(app) => void app.get('/api/v1/campaigns', () => ({ items: [] }))],
  });
  await api.listen({ host: '127.0.0.1', port: 0 });
  closers.push(() => api.close());
  names.set('api', `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`);
}

async function openFolders(): Promise<void> {
  for (const folder of ['used', 'later', 'odd', 'noted', 'empty-note', 'damaged', 'keyless']) {
    await mkdir(join(home.path, folder));
  }
  const attempt = await tryLock(join(home.path, 'used', 'lock'));
  if (!attempt.held) throw new Error('a new folder is locked');
  lock = attempt.lock;
  const files: Readonly<Record<string, string>> = {
    'later/version': '99\n',
    'odd/version': 'many\n',
    'noted/coordinator.json': '{"url',
    'empty-note/coordinator.json': 'null',
    'damaged/credentials.json': '{"formatVersion": 1, "agentId"',
    'keyless/credentials.json': JSON.stringify({
      formatVersion: 1,
      agentId: 'a',
      name: 'a',
      coordinatorUrl: 'http://127.0.0.1:1',
      token: 't',
      privateKey: 'none',
      coordinatorPublicKey: 'none',
      broker: { url: 'nats://127.0.0.1:1', user: null, password: null },
    }),
    token: 'troop_operator_wrong\n',
    tokens: 'one\ntwo\n',
    'no-token': '\n',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(home.path, name), content);
}

beforeAll(async () => {
  closers = [];
  home = await temporaryDirectory();
  // The name of a role passes through it when tests run as root.
  await chmod(home.path, 0o755);
  await Promise.all([openDatabases(), openServers(), openFolders()]);
});
afterAll(async () => {
  await lock.release();
  for (const close of closers) await close();
  await nats.stop();
  await bare.drop();
  await withServer(whole.url, (client) => client.query(`drop role if exists ${ROLE}`));
  await Promise.all([whole.drop(), newer.drop()]);
  await home.remove();
});

/** `@name` is a path below the home of the test, `<name>` an address. */
const filled = (word: string): string =>
  word
    .replace(/^@(.+)$/, (_all, path: string) => join(home.path, path))
    .replace(/<(.+)>/, (_all, name: string) => names.get(name) ?? '?');

type Row = readonly [what: string, call: string, ...rest: [ErrorCode, number, string, string]];
const CALL = "correct it and call again; '--help' shows the form";
const START = "start it with 'troop up', or name another with '--url'";
const DATABASE = 'check that PostgreSQL runs and that --database-url names it';

const ROWS: readonly Row[] = [
  [
    'a data directory in use',
    'troop up --data @used',
    'TROOP-1660',
    6,
    'is in use by process',
    'stop that coordinator',
  ],
  [
    'one of a newer version',
    'troop up --data @later',
    'TROOP-1661',
    6,
    'is of version 99; this program knows up to 1',
    'install a newer Troop',
  ],
  [
    'one with a damaged version',
    'troop up --data @odd',
    'TROOP-1662',
    2,
    'its version file is damaged',
    'check its permissions',
  ],
  [
    'one below a file',
    'troop up --data @token/x',
    'TROOP-1662',
    2,
    'cannot be used: ENOTDIR',
    "name another with '--data'",
  ],
  ['a port out of range', 'troop up --port 70000', 'TROOP-1002', 2, "the port is not valid: '70000'", CALL],
  [
    'a port that is no number',
    'troop up --port http',
    'TROOP-1002',
    2,
    "the port is not valid: 'http'",
    CALL,
  ],
  [
    'a port in use',
    'troop up --data @d1 --agents 0 --port <port> --database-url <whole> --broker <nats>',
    'TROOP-1007',
    3,
    'on 127.0.0.1 is in use',
    "name another with '--port'",
  ],
  [
    'too many agents',
    'troop up --agents 65',
    'TROOP-1002',
    2,
    "--agents is not valid: '65' is not a whole number up to 64",
    CALL,
  ],
  ['a log level', 'troop up --log-level loud', 'TROOP-1002', 2, "the log level is not valid: 'loud'", CALL],
  [
    'a database that is no address',
    'troop up --data @d1 --database-url nonsense',
    'TROOP-1002',
    2,
    'the address of the database is not valid: it does not begin with postgres://',
    CALL,
  ],
  [
    'a database of another kind',
    'troop up --data @d1 --database-url mysql://a.example/x',
    'TROOP-1002',
    2,
    'it does not begin with postgres://',
    CALL,
  ],
  [
    'no database server',
    'troop up --data @d1 --database-url postgres://a@127.0.0.1:1/x',
    'TROOP-1601',
    3,
    'ECONNREFUSED',
    DATABASE,
  ],
  [
    'no PostgreSQL there',
    'troop up --data @d1 --database-url <other database>',
    'TROOP-1601',
    3,
    'the database cannot be reached',
    DATABASE,
  ],
  [
    'no such database',
    'troop up --data @d1 --database-url <no database>',
    'TROOP-1609',
    5,
    '"troop_test_is_not_there" does not exist',
    "make it with 'createdb'",
  ],
  [
    'a database without rights',
    'troop up --data @d1 --database-url <no rights>',
    'TROOP-1608',
    4,
    'permission denied for schema public',
    'grant it CREATE and USAGE',
  ],
  [
    'a database of a newer schema',
    'troop up --data @d1 --database-url <newer>',
    'TROOP-1602',
    6,
    'the database has schema 9999',
    'run that version, or give another',
  ],
  [
    'a broker that is no address',
    'troop up --data @d1 --database-url <whole> --broker nonsense',
    'TROOP-1002',
    2,
    'the address of the broker is not valid: nats://host:port is expected',
    CALL,
  ],
  [
    'a broker of another kind',
    'troop up --data @d1 --database-url <whole> --broker amqp://a.example',
    'TROOP-1002',
    2,
    'the address of the broker is not valid',
    CALL,
  ],
  [
    'a coordinator that is no address',
    'troop campaign list --url nonsense --token-file @token',
    'TROOP-1002',
    2,
    "'nonsense' is no http(s) address",
    CALL,
  ],
  [
    'one of another scheme',
    'troop campaign list --url ftp://a.example --token-file @token',
    'TROOP-1002',
    2,
    "'ftp://a.example' is no http(s) address",
    CALL,
  ],
  [
    'no coordinator',
    'troop campaign list --url http://127.0.0.1:1 --token-file @token',
    'TROOP-1003',
    3,
    'at http://127.0.0.1:1 does not answer',
    START,
  ],
  [
    'something else there',
    'troop campaign list --url <web> --token-file @token',
    'TROOP-1003',
    3,
    'something else answers there, and not in JSON',
    START,
  ],
  [
    'a damaged note',
    'troop campaign list --data @noted',
    'TROOP-1003',
    3,
    'coordinator.json is damaged',
    START,
  ],
  [
    'a note of nothing',
    'troop campaign list --data @empty-note',
    'TROOP-1003',
    3,
    'coordinator.json is damaged',
    START,
  ],
  [
    'no note',
    'troop campaign list --data @nobody',
    'TROOP-1003',
    3,
    'no coordinator runs with the data directory',
    START,
  ],
  [
    'a wrong token',
    'troop campaign list --url <api> --token-file @token',
    'TROOP-1004',
    4,
    'the token is not known',
    "pass '--token-file F'",
  ],
  [
    'no token file',
    'troop campaign list --url <api> --token-file @nothing',
    'TROOP-1004',
    4,
    'no token can be read from',
    "pass '--token-file F'",
  ],
  [
    'two tokens',
    'troop campaign list --url <api> --token-file @tokens',
    'TROOP-1004',
    4,
    'holds no single token',
    "pass '--token-file F'",
  ],
  [
    'an empty token',
    'troop campaign list --url <api> --token-file @no-token',
    'TROOP-1004',
    4,
    'holds no single token',
    "pass '--token-file F'",
  ],
  [
    'an agent that has not joined',
    'troop-agent status --state @nobody',
    'TROOP-1207',
    4,
    'has not joined a fleet yet',
    "run 'troop-agent join",
  ],
  [
    'damaged credentials',
    'troop-agent status --state @damaged',
    'TROOP-1002',
    2,
    'not JSON; join again',
    CALL,
  ],
  [
    'a damaged key',
    'troop-agent status --state @keyless',
    'TROOP-1002',
    2,
    'a key in the credentials is not valid: one is damaged; join again',
    CALL,
  ],
  [
    'damaged credentials when serving',
    'troop-agent run --state @damaged',
    'TROOP-1002',
    2,
    'not JSON; join again',
    CALL,
  ],
  [
    'a metrics port',
    'troop-agent run --state @nobody --metrics-port x',
    'TROOP-1002',
    2,
    "the metrics port is not valid: 'x'",
    CALL,
  ],
  [
    'joining nowhere',
    'troop-agent join nonsense --token-file @token --state @s',
    'TROOP-1002',
    2,
    "'nonsense' is no http(s) address",
    CALL,
  ],
  [
    'joining nobody',
    'troop-agent join http://127.0.0.1:1 --token-file @token --state @s',
    'TROOP-1003',
    3,
    'does not answer',
    START,
  ],
  [
    'joining something else',
    'troop-agent join <web> --token-file @token --state @s',
    'TROOP-1003',
    3,
    'it answers, but not as a coordinator',
    START,
  ],
  [
    'joining with two tokens',
    'troop-agent join <web> --token-file @tokens --state @s',
    'TROOP-1002',
    2,
    'the enrolment token is not valid',
    CALL,
  ],
  [
    'joining without a token file',
    'troop-agent join <web> --token-file @nothing --state @s',
    'TROOP-1008',
    2,
    'nothing cannot be read',
    'check the path',
  ],
];

describe(`bad places (${ROWS.length} cases)`, () => {
  test.each(ROWS)('%s: %s', async (...[_what, call, code, status, says, hint]) => {
    const parts = call.match(/<[^>]*>|\S+/g) ?? [];
    const [program, ...words] = parts.map(filled);
    const refusal = { code, status, says, hint };
    expect(seenIn(await callInProcess(program as Program, words), refusal)).toEqual(refusal);
  });

  test('joining again over damaged credentials is what mends them: it gets as far as the coordinator', async () => {
    const words = ['join', 'http://127.0.0.1:1', '--token-file', join(home.path, 'token')];
    const answer = await callInProcess('troop-agent', [...words, '--state', join(home.path, 'damaged')]);
    expect(answer.stderr).toContain('error[TROOP-1003]');
  });
});
