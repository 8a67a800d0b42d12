// The few questions that starting a PostgreSQL asks it itself.
import pg from 'pg';

/** Whether the server there accepts the password of `url` and serves the cluster in `directory`. */
export async function letsUsIn(url: string, directory: string): Promise<boolean> {
  try {
    return await withClient(url, async (client) => {
      const found = await client.query<{ data_directory: string }>('SHOW data_directory');
      return found.rows[0]?.data_directory === directory;
    });
  } catch {
    return false;
  }
}

/** Makes the database when there is none of this name. */
export async function ensureDatabase(url: string, name: string): Promise<void> {
  await withClient(url, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
