// The database: the one that was given, else a PostgreSQL of our own; migrated before anybody uses it.
import type { Pool } from 'pg';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Lifecycle } from '../../shared/runtime/lifecycle.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { CoordinatorConfig } from '../config.ts';
import type { DataDirectory } from '../embedded/data-directory.ts';
import { startPostgresProcess } from '../embedded/postgres-process.ts';
import { migrate } from '../store/migrate.ts';
import { openPool } from '../store/pool.ts';

export interface OpenDatabase {
  readonly pool: Pool;
  /** With credentials; never logged. */
  readonly url: string;
  /** For people: what it is. */
  readonly description: string;
}

export async function openDatabase(options: {
  config: CoordinatorConfig;
  data: DataDirectory;
  clock: Clock;
  logger: Logger;
  lifecycle: Lifecycle;
  signal: AbortSignal;
}): Promise<OpenDatabase> {
  const { config, lifecycle, logger } = options;
  const { url, description } =
    config.databaseUrl === null
      ? await startOwn(options)
      : { url: config.databaseUrl, description: 'postgresql (given)' };
  const pool = openPool({ connectionString: url, logger });
  lifecycle.started({ name: 'database connections', stop: () => pool.end() });
  const { applied } = await migrate(pool);
  if (applied.length > 0) logger.info({ applied }, 'the database was migrated');
  return { pool, url, description };
}

async function startOwn(
  options: Parameters<typeof openDatabase>[0],
): Promise<{ url: string; description: string }> {
  const { data, clock, logger, lifecycle, signal } = options;
  const postgres = await startPostgresProcess({
    directory: data.postgres,
    secretsDirectory: data.secrets,
    clock,
    logger,
    signal,
  });
  lifecycle.started({ name: 'postgresql', stop: () => postgres.stop() });
  return {
    url: postgres.url,
    description: `postgresql ${postgres.version} (embedded, port ${postgres.port})`,
  };
}
