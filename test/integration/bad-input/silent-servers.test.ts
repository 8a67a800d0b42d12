// Brokers and databases that accept and say nothing, stop half-way, want other credentials, or are addressed in a way that
// nothing can be made of. Each is given up with an error that names it and says what to check; that it is given up at all is
// what the time limit of a test holds.
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNatsProcess } from '../../../coordinator/embedded/nats-process.ts';
import { migrate } from '../../../coordinator/store/migrate.ts';
import { openPool } from '../../../coordinator/store/pool.ts';
import { openAgentBroker, openCoordinatorBroker } from '../../../shared/broker/open-broker.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { answerOf, seenIn } from '../../support/bad-input.ts';
import { callInProcess } from '../../support/call-in-process.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.ts';
import { findTestNats } from '../../support/nats.ts';
import type { Answer } from '../../support/programs.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';

const INFO = '{"server_id":"x","version":"2.10.0","proto":1,"max_payload":1048576,"jetstream":true';
const greet = (socket: Socket, more = ''): void => void socket.write(`INFO ${INFO}${more}}\r\n`);
/** PostgreSQL's AuthenticationOk, behind which the server says what it is. */
const answered = (type: string, body: string): Buffer => {
  const content = Buffer.from(body, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), length, content]);
};
const LET_IN = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);

/** What listens under a name: how it behaves to whoever connects. */
const SERVERS: Readonly<Record<string, (socket: Socket) => void>> = {
  silent: () => {},
  'greets and falls silent': (socket) => greet(socket),
  'falls silent once it is open': (socket) => {
    greet(socket);
    socket.once('data', () => socket.write('PONG\r\n'));
  },
  'wants TLS': (socket) => greet(socket, ',"tls_required":true'),
  'wants a user': (socket) => {
    greet(socket, ',"auth_required":true');
    socket.once('data', () => socket.end("-ERR 'Authorization Violation'\r\n"));
  },
  'knows an expired user': (socket) => {
    greet(socket, ',"auth_required":true');
    socket.once('data', () => socket.end("-ERR 'User Authentication Expired'\r\n"));
  },
  'lets in and falls silent': (socket) => void socket.once('data', () => socket.write(LET_IN)),
  'wants a password': (socket) =>
    void socket.once('data', () => {
      socket.write(answered('R', '\0\0\0\x0aSCRAM-SHA-256\0\0'));
      socket.once('data', () => socket.write(answered('R', '\0\0\0\x0br=x,s=eA==,i=4096')));
    }),
  'refuses the password': (socket) =>
    void socket.once('data', () =>
      socket.end(answered('E', 'SFATAL\0C28P01\0Mpassword authentication failed for user "me"\0\0')),
    ),
  'has no TLS': (socket) => void socket.once('data', () => socket.write('N')),
  'answers TLS with nonsense': (socket) => void socket.once('data', () => socket.write('Snonsense')),
};

let home: TemporaryDirectory;
let whole: MigratedDatabase;
let nats: Awaited<ReturnType<typeof startNatsProcess>>;
const sockets = new Set<Socket>();
const ports = new Map<string, number>();
const servers = Object.entries(SERVERS).map(([name, greeting]) => {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    greeting(socket);
  });
  return { name, server };
});

beforeAll(async () => {
  home = await temporaryDirectory();
  for (const { name, server } of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.set(name, (server.address() as AddressInfo).port);
  }
  const binary = (await findTestNats('service-binary')) ?? (await findTestNats('embedded'));
  if (binary === null) throw new Error('no nats-server');
  const directory = join(home.path, 'nats');
  await mkdir(directory);
  [whole, nats] = await Promise.all([
    createMigratedDatabase(),
    startNatsProcess({ directory, binary, clock: systemClock, logger: silentLogger }),
  ]);
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const { server } of servers) server.close();
  await nats.stop();
  await whole.drop();
  await home.remove();
});

const portOf = (name: string): number => ports.get(name) ?? 0;
const COMMON = { clock: systemClock, logger: silentLogger, connectTimeoutMs: 800 };

/** What `troop up` does with an address of a broker. */
const asCoordinator = (url: string): Promise<Answer> =>
  answerOf(async () => {
    const broker = await openCoordinatorBroker({
      ...COMMON,
      url,
      name: 'coordinator',
      inboxPrefix: '_INBOX_coordinator',
    });
    try {
      await broker.ensureTopology();
    } finally {
      await broker.close();
    }
  });

const BROKER = 'check that a NATS server runs there, and that no firewall and no TLS (tls://)';
const LOGIN = "'--broker nats://USER:PASSWORD@HOST:PORT', and agents theirs in TROOP_AGENT_BROKER";
type Row = readonly [server: string, ...rest: [ErrorCode, number, string, string]];
const BROKERS: readonly Row[] = [
  ['silent', 'TROOP-1704', 3, 'does not answer: timeout', BROKER],
  ['greets and falls silent', 'TROOP-1704', 3, 'does not answer: timeout', BROKER],
  ['falls silent once it is open', 'TROOP-1704', 3, 'does not answer: timeout', BROKER],
  ['wants TLS', 'TROOP-1704', 3, 'does not answer: timeout', BROKER],
  ['wants a user', 'TROOP-1707', 4, 'refused the credentials of coordinator: Authorization Violation', LOGIN],
  ['knows an expired user', 'TROOP-1707', 4, 'refused the credentials of coordinator: User Auth', LOGIN],
  ['lets in and falls silent', 'TROOP-1704', 3, 'does not answer', BROKER],
];

describe(`brokers that do not serve (${BROKERS.length + 3} cases)`, () => {
  test.each(BROKERS)('one that %s', { timeout: 40_000 }, async (...[name, code, status, says, hint]) => {
    const url = `nats://me:hunter2@127.0.0.1:${portOf(name)}`;
    const refusal = { code, status, says, hint };
    const answer = await asCoordinator(url);
    expect(seenIn(answer, refusal)).toEqual(refusal);
    expect(answer.stderr).toContain(`the broker at nats://127.0.0.1:${portOf(name)} `);
    expect(answer.stderr).not.toContain('hunter2');
  });

  test.each(['wrong', ''])('a real one with the password %j', { timeout: 40_000 }, async (password) => {
    const url = new URL(nats.url);
    url.password = password;
    if (password === '') url.username = '';
    const refusal = {
      code: 'TROOP-1707',
      status: 4,
      says: `the broker at nats://${url.host} refused the credentials of coordinator: Authorization Violation`,
      hint: LOGIN,
    } as const;
    expect(seenIn(await asCoordinator(url.href), refusal)).toEqual(refusal);
  });

  test('a real one, for an agent that was removed', { timeout: 40_000 }, async () => {
    const { user, password } = await nats.addAgentUser('gone');
    await nats.removeAgentUser('gone');
    const { host } = new URL(nats.url);
    const url = `nats://${user}:${password}@${host}`;
    const refusal = {
      code: 'TROOP-1707',
      status: 4,
      says: 'refused the credentials of gone',
      hint: "a machine takes over new ones with 'troop-agent join'",
    } as const;
    const answer = await answerOf(() =>
      openAgentBroker({ ...COMMON, url, name: 'gone', inboxPrefix: '_INBOX_gone' }),
    );
    expect(seenIn(answer, refusal)).toEqual(refusal);
  });
});

const asStore = (url: string): Promise<Answer> =>
  answerOf(async () => {
    const pool = openPool({ connectionString: url, logger: silentLogger, connectTimeoutMs: 800 });
    try {
      await migrate(pool);
    } finally {
      await pool.end();
    }
  });

type DatabaseRow = readonly [server: string, query: string, ...rest: [ErrorCode, number, string, string]];
const DATABASE = 'check that PostgreSQL runs and that --database-url names it';
const FORM = "correct it and call again; '--help' shows the form";
const DATABASES: readonly DatabaseRow[] = [
  [
    'silent',
    '',
    'TROOP-1601',
    3,
    'cannot be reached: Connection terminated due to connection timeout',
    DATABASE,
  ],
  ['silent', '?sslmode=require', 'TROOP-1601', 3, 'due to connection timeout', DATABASE],
  ['lets in and falls silent', '', 'TROOP-1601', 3, 'due to connection timeout', DATABASE],
  ['has no TLS', '?sslmode=require', 'TROOP-1601', 3, 'does not support SSL connections', DATABASE],
  ['answers TLS with nonsense', '?sslmode=require', 'TROOP-1601', 3, 'cannot be reached', DATABASE],
  ['greets and falls silent', '', 'TROOP-1601', 3, 'cannot be reached', DATABASE],
  ['silent', '?host=%zz', 'TROOP-1601', 3, 'ENOTFOUND', DATABASE],
  [
    'silent',
    '?sslrootcert=/nowhere/ca.pem',
    'TROOP-1008',
    2,
    'the address of the database names it',
    'check the path',
  ],
  ['silent', '?port=x', 'TROOP-1002', 2, 'its port is no number up to 65535', FORM],
  ['silent', '?port=70000', 'TROOP-1002', 2, 'its port is no number up to 65535', FORM],
];

describe(`databases that do not serve (${DATABASES.length + 2} cases)`, () => {
  test.each(DATABASES)('one that %s, asked with %j', async (...[name, query, code, status, says, hint]) => {
    const refusal = { code, status, says, hint };
    const answer = await asStore(`postgres://me:hunter2@127.0.0.1:${portOf(name)}/troop${query}`);
    expect(seenIn(answer, refusal)).toEqual(refusal);
    expect(answer.stderr).not.toContain('hunter2');
  });

  test.each([
    ['wants a password', 'me', 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'],
    ['refuses the password', 'me:hunter2', 'password authentication failed for user "me"'],
  ])('one that %s', async (name, user, says) => {
    const hint = 'check user and password of --database-url, or the file that PGPASSFILE names';
    const refusal = { code: 'TROOP-1606', status: 4, says, hint } as const;
    expect(seenIn(await asStore(`postgres://${user}@127.0.0.1:${portOf(name)}/troop`), refusal)).toEqual(
      refusal,
    );
  });
});

const ADDRESSES = [
  ['--database-url', 'postgres://h:99999/x', 'postgres://user:password@host:port/database is expected'],
  ['--database-url', 'postgres://[::1/x', 'postgres://user:password@host:port/database is expected'],
  ['--database-url', 'postgres://h/x?port=x', 'its port is no number up to 65535'],
  ['--broker', 'nats://a:50%@h:4222', 'a % in user or password is written as %25'],
  ['--broker', 'nats://', 'nats://host:port is expected'],
  ['--broker', 'nats://h:99999', 'nats://host:port is expected'],
  ['--broker', 'nats://h:4222,http://h', 'nats://host:port is expected'],
  ['--broker', 'amqps://h', 'RabbitMQ is planned and not there yet'],
  ['TROOP_AGENT_BROKER', 'nats://a:50%@h:4222', 'a % in user or password is written as %25'],
] as const;

describe(`addresses that are none (${ADDRESSES.length} cases)`, () => {
  test.each(ADDRESSES)('%s %s', async (option, address, says) => {
    const isFlag = option.startsWith('--');
    const given = isFlag ? [option, address] : ['--broker', nats.url];
    const words = [
      'up',
      '--agents',
      '0',
      '--data',
      join(home.path, 'data'),
      '--database-url',
      whole.url,
      ...given,
    ];
    const refusal = { code: 'TROOP-1002', status: 2, says, hint: FORM } as const;
    const environment = isFlag ? {} : { [option]: address };
    expect(seenIn(await callInProcess('troop', words, environment), refusal)).toEqual(refusal);
  });

  test('and credentials of an agent that name a broker in such a way', async () => {
    const state = join(home.path, 'state');
    await mkdir(state);
    const { privateKey, publicKey } = await import('node:crypto').then(({ generateKeyPairSync }) =>
      generateKeyPairSync('ed25519', {
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      }),
    );
    const credentials = {
      formatVersion: 1,
      agentId: 'a',
      name: 'a',
      coordinatorUrl: 'http://127.0.0.1:1',
      token: 't',
      privateKey,
      coordinatorPublicKey: publicKey,
      broker: { url: 'amqp://127.0.0.1:1', user: null, password: null },
    };
    await writeFile(join(state, 'credentials.json'), JSON.stringify(credentials));
    const says = 'the address of the broker is not valid: RabbitMQ is planned';
    const refusal = { code: 'TROOP-1002', status: 2, says, hint: FORM } as const;
    const words = ['run', '--state', state, '--metrics-port', '0', '--log-level', 'silent'];
    expect(seenIn(await callInProcess('troop-agent', words), refusal)).toEqual(refusal);
  });
});
