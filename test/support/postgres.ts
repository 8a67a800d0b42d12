// A database of its own for every test that asks, on the PostgreSQL that is there: TROOP_TEST_DATABASE_URL, or the
// service on the usual port, or else an embedded one that the run shares. Databases that killed tests left behind are swept after some hours.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { sharedPostgresUrl } from './embedded-test-postgres.ts';

export interface TestDatabase {
  readonly url: string;
  /** Removes the database, with whoever is still connected. */
  drop(): Promise<void>;
}

export interface TestDatabaseTemplate {
  /** Names the content, such as a hash of the migrations: the same name is prepared once a server. */
  readonly name: string;
  /** Fills the template; must close its connections before it resolves. */
  prepare(url: string): Promise<void>;
}

const SERVICE_URL = 'postgres://postgres@127.0.0.1:5432/postgres';
const LEFT_BEHIND_AFTER_MS = 6 * 3_600_000;

/** Makes an empty database, or a copy of the template. */
export async function createTestDatabase(
  options: { template?: TestDatabaseTemplate } = {},
): Promise<TestDatabase> {
  const server = await testServerUrl();
  const name = `troop_test_${Date.now()}_${randomBytes(4).toString('hex')}`;
  await onServer(server, async (client) => {
    await sweep(client);
    const template = options.template && (await ensureTemplate(server, client, options.template));
    await client.query(
      `CREATE DATABASE ${name} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE ${template ?? 'template0'}`,
    );
  });
  return {
    url: databaseUrl(server, name),
    drop: () =>
      onServer(server, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}

/** Address of the server's maintenance database. */
async function testServerUrl(): Promise<string> {
  const given = process.env['TROOP_TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') return given;
  const answers = await onServer(SERVICE_URL, async (client) => client.query('SELECT 1')).then(
    () => true,
    () => false,
  );
  return answers ? SERVICE_URL : sharedPostgresUrl();
}

const databaseUrl = (server: string, name: string): string => {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
};

async function onServer<T>(server: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Makes the template once, whoever asks first; the others wait for it. */
async function ensureTemplate(
  server: string,
  client: pg.Client,
  template: TestDatabaseTemplate,
): Promise<string> {
  const name = `troop_template_${template.name.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')}`.slice(0, 63);
  await client.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
  try {
    const ready = await client.query('SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate', [
      name,
    ]);
    if (ready.rowCount === 1) return name;
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.query(
      `CREATE DATABASE ${name} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
    );
    await template.prepare(databaseUrl(server, name));
    // Only now: a preparation that broke off leaves an ordinary database, which the next one replaces.
    await client.query(`ALTER DATABASE ${name} IS_TEMPLATE true`);
    return name;
  } finally {
    await client.query('SELECT pg_advisory_unlock(hashtext($1))', [name]);
  }
}

async function sweep(client: pg.Client): Promise<void> {
  const found = await client.query<{ datname: string }>(
    `SELECT datname FROM pg_database d
      WHERE datname LIKE 'troop\\_test\\_%'
        AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)`,
  );
  for (const { datname } of found.rows) {
    const madeAtMs = Number(datname.split('_')[2]);
    if (Date.now() - madeAtMs < LEFT_BEHIND_AFTER_MS) continue;
    await client.query(`DROP DATABASE IF EXISTS ${datname}`).catch(() => {});
  }
}
