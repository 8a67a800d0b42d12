// A database with Troop's schema, copied from a template that is migrated once a server and set of migrations.
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { migrate, readMigrations } from '../../coordinator/store/migrate.ts';
import { openPool } from '../../coordinator/store/pool.ts';
import { silentLogger } from '../../shared/runtime/logger.ts';
import { createTestDatabase } from './postgres.ts';

export interface MigratedDatabase {
  readonly url: string;
  readonly pool: Pool;
  /** Ends the pool and removes the database. */
  drop(): Promise<void>;
}

export async function createMigratedDatabase(
  options: { maximumConnections?: number } = {},
): Promise<MigratedDatabase> {
  const migrations = await readMigrations();
  const hash = createHash('sha256').update(migrations.map((migration) => migration.checksum).join());
  const database = await createTestDatabase({
    template: { name: `schema_${hash.digest('hex').slice(0, 16)}`, prepare: prepareTemplate },
  });
  const pool = openPool({
    connectionString: database.url,
    logger: silentLogger,
    maximumConnections: options.maximumConnections ?? 4,
  });
  return {
    url: database.url,
    pool,
    drop: async () => {
      await pool.end();
      await database.drop();
    },
  };
}

async function prepareTemplate(url: string): Promise<void> {
  const pool = openPool({ connectionString: url, logger: silentLogger, maximumConnections: 1 });
  try {
    await migrate(pool);
  } finally {
    await pool.end();
  }
}
