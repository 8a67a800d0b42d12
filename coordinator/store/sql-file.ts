// SQL lives in `.sql` files beside the module that uses it, one statement a file. Each is read once and sent under a
// name, so that the server plans it once a connection.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { storeError } from './store-error.ts';

/** A pool, or a client inside a transaction. */
export interface Queryable {
  query<Row extends QueryResultRow>(config: QueryConfig<unknown[]>): Promise<QueryResult<Row>>;
}

/** A statement whose rows have the form `Row`; the caller of `sqlFile` answers for that. */
export interface SqlFile<Row extends QueryResultRow> {
  readonly name: string;
  readonly text: string;
  /** Never set: carries the type only. */
  readonly row?: Row;
}

/** Reads `file` beside the calling module: `sqlFile<Row>(import.meta.url, 'claim-job.sql')`. */
export function sqlFile<Row extends QueryResultRow = Record<string, never>>(
  moduleUrl: string,
  file: string,
): SqlFile<Row> {
  const text = readFileSync(new URL(file, moduleUrl), 'utf8');
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const path = fileURLToPath(new URL(file, moduleUrl));
  // A name holds at most 63 bytes; the digest keeps two files of one name apart.
  return { name: `${basename(path, '.sql').slice(0, 48)}-${digest}`, text };
}

/** Runs the statement and gives its rows. Throws TROOP-16xx when the database is away or takes too long. */
export async function queryRows<Row extends QueryResultRow>(
  queryable: Queryable,
  sql: SqlFile<Row>,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    const result = await queryable.query<Row>({ name: sql.name, text: sql.text, values: [...values] });
    return result.rows;
  } catch (error) {
    throw storeError(error, sql.name);
  }
}

/** The first row, or null. */
export async function queryOne<Row extends QueryResultRow>(
  queryable: Queryable,
  sql: SqlFile<Row>,
  values: readonly unknown[] = [],
): Promise<Row | null> {
  const rows = await queryRows(queryable, sql, values);
  return rows[0] ?? null;
}

/** How many rows the statement changed. */
export async function execute(
  queryable: Queryable,
  sql: SqlFile<QueryResultRow>,
  values: readonly unknown[] = [],
): Promise<number> {
  try {
    const result = await queryable.query({ name: sql.name, text: sql.text, values: [...values] });
    return result.rowCount ?? 0;
  } catch (error) {
    throw storeError(error, sql.name);
  }
}
