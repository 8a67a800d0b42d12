// The schema, made by numbered SQL files that are never edited once a database has taken them in. Runs under an
// advisory lock, so that two coordinators that start at once do not both change it.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Pool, PoolClient } from 'pg';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { storeError } from './store-error.ts';

export interface Migration {
  /** The number that its name begins with. */
  readonly version: number;
  /** The file's name without `.sql`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex. */
  readonly checksum: string;
}

export interface MigrationResult {
  /** Names of those that this call ran, in order. */
  readonly applied: readonly string[];
  /** The highest number that the database has now. */
  readonly version: number;
}

interface AppliedRow {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

const OWN_MIGRATIONS = new URL('migrations/', import.meta.url);
const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;
// Any fixed number will do, as long as it stays the same for ever ("TROO").
const LOCK_KEY = 0x54524f4f;

/** The migrations of a folder in the order in which they run. */
export async function readMigrations(directory: URL = OWN_MIGRATIONS): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => FILE_NAME.test(name)).toSorted();
  return await Promise.all(
    names.map(async (file) => {
      const sql = await readFile(new URL(file, directory), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      return { version: Number(file.slice(0, 4)), name: file.slice(0, -'.sql'.length), sql, checksum };
    }),
  );
}

async function readApplied(client: PoolClient): Promise<Map<number, AppliedRow>> {
  await client.query(`create table if not exists schema_migrations (
    version integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default clock_timestamp()
  )`);
  const { rows } = await client.query<AppliedRow>('select version, name, checksum from schema_migrations');
  return new Map(rows.map((row) => [row.version, row]));
}

function refuseForeignSchema(
  migrations: readonly Migration[],
  applied: ReadonlyMap<number, AppliedRow>,
): void {
  const known = Math.max(0, ...migrations.map((migration) => migration.version));
  const found = Math.max(0, ...applied.keys());
  if (found > known) throw new TroopError('TROOP-1602', { found, known });
  for (const migration of migrations) {
    const row = applied.get(migration.version);
    if (row !== undefined && row.checksum !== migration.checksum) {
      throw new TroopError('TROOP-1603', { name: migration.name });
    }
  }
}

async function apply(client: PoolClient, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(migration.sql);
    await client.query('insert into schema_migrations (version, name, checksum) values ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    const translated = storeError(error, migration.name);
    if (translated instanceof TroopError) throw translated;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TroopError('TROOP-1605', { name: migration.name, reason }, { cause: error });
  }
}

async function migrateLocked(client: PoolClient, migrations: readonly Migration[]): Promise<MigrationResult> {
  const applied = await readApplied(client);
  refuseForeignSchema(migrations, applied);
  const missing = migrations.filter((migration) => !applied.has(migration.version));
  for (const migration of missing) await apply(client, migration);
  return {
    applied: missing.map((migration) => migration.name),
    version: Math.max(0, ...migrations.map((migration) => migration.version)),
  };
}

/**
 * Brings the schema up to date; safe to repeat and to run side by side. Throws TROOP-1602 when a newer program has
 * used the database, TROOP-1603 when an old migration was edited, TROOP-1605 when one fails (and has changed nothing).
 */
export async function migrate(pool: Pool, directory: URL = OWN_MIGRATIONS): Promise<MigrationResult> {
  const migrations = await readMigrations(directory);
  let client: PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw storeError(error, 'connect');
  }
  let result: MigrationResult | undefined;
  try {
    // Waiting for the lock, and building an index, may take longer than an ordinary statement may.
    await client.query('set statement_timeout = 0');
    await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    result = await migrateLocked(client, migrations);
    await client.query('select pg_advisory_unlock($1)', [LOCK_KEY]);
    await client.query('reset statement_timeout');
    return result;
  } catch (error) {
    throw storeError(error, 'migrate');
  } finally {
    // After a failure the connection is closed, which gives back the lock and the setting with it.
    client.release(result === undefined);
  }
}
