// The connections to PostgreSQL, and transactions on them. Every statement is bounded in time; a transaction that
// collides with another is run again, so the work inside must do nothing but talk to the database.
import { Client, Pool, type PoolClient } from 'pg';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import { GatheringSocket } from './gathering-socket.ts';
import { isCollision, storeError } from './store-error.ts';
import { openTransaction, type TransactionClient } from './transaction-client.ts';

export interface PoolOptions {
  readonly connectionString: string;
  readonly logger: Logger;
  readonly maximumConnections?: number;
  readonly statementTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
}

/** Opens nothing yet: the first query connects. End it with `pool.end()`. Throws TROOP-1002. */
export function openPool(options: PoolOptions): Pool {
  checkAddress(options.connectionString);
  const statementTimeoutMs = options.statementTimeoutMs ?? 15_000;
  const pool = new Pool({
    connectionString: options.connectionString,
    max: options.maximumConnections ?? 12,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    application_name: options.applicationName ?? 'troop',
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 4 * statementTimeoutMs,
    keepAlive: true,
    stream: () => new GatheringSocket(),
    // What does not depend on an answer is sent without waiting for it; the server still takes it in order.
    pipeline: true,
    options: '-c timezone=UTC',
  });
  // Without a listener a connection that breaks would end the process: the pool's own listens while a connection is
  // idle, and only then.
  pool.on('error', (error) => options.logger.warn({ err: error }, 'an idle database connection was lost'));
  pool.on('connect', (client) =>
    client.on('error', (error) => options.logger.debug({ err: error }, 'a database connection broke')),
  );
  return pool;
}

/** What the driver would object to at its first connection only, from where it cannot be ended. The address may hold a password. */
function checkAddress(connectionString: string): void {
  const wrong = (reason: string, cause?: unknown): TroopError =>
    new TroopError('TROOP-1002', { what: 'the address of the database', reason }, { cause });
  let port: number;
  try {
    ({ port } = new Client({ connectionString }));
  } catch (error) {
    const path = error instanceof Error && 'path' in error ? String(error.path) : null;
    if (path === null) throw wrong('postgres://user:password@host:port/database is expected', error);
    const reason = `the address of the database names it: ${(error as Error).message}`;
    throw new TroopError('TROOP-1008', { path, reason }, { cause: error });
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw wrong('its port is no number up to 65535');
}

export interface TransactionOptions {
  /** The default is read committed: rows that matter are locked. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly attempts?: number;
  /** The first statement of the work only reads or locks, so that it may be sent together with `begin`. */
  readonly readsFirst?: boolean;
}

const isLineLost = (error: unknown): boolean => error instanceof TroopError && error.code === 'TROOP-1601';

async function attempt<T>(
  client: PoolClient,
  work: (client: TransactionClient) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const open = openTransaction(client, options.isolation ?? 'read committed');
  try {
    if (options.readsFirst !== true) await open.begun;
    const result = await work(open.client);
    await open.commit();
    return result;
  } catch (error) {
    // Nobody hears a rollback on a line that is lost; the server does it when it notices.
    if (!isLineLost(storeError(error))) await open.rollback();
    throw error;
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw storeError(error, 'connect');
  }
}

/**
 * Runs `work` in a transaction, and again when it collided with another one (serialization failure, deadlock), five
 * times at most. Throws TROOP-1601 when the database is away, TROOP-1607 when it collided every time.
 */
export async function transaction<T>(
  pool: Pool,
  work: (client: TransactionClient) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const attempts = options.attempts ?? 5;
  for (let count = 1; ; count++) {
    const client = await connect(pool);
    let broken: Error | undefined;
    try {
      return await attempt(client, work, options);
    } catch (error) {
      const translated = storeError(error, 'transaction');
      // A connection that broke is closed, not given to the next caller.
      if (translated instanceof TroopError && isLineLost(translated)) broken = translated;
      if (!isCollision(error)) throw translated;
      if (count >= attempts) throw new TroopError('TROOP-1607', { attempts }, { cause: error });
    } finally {
      client.release(broken);
    }
  }
}
