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
  /** After so long without an answer the connection counts as lost. */
  readonly answerWithinMs: number;
  /** Never set: carries the type only. */
  readonly row?: Row;
}

/**
 * Longer than the server lets a statement take (pool.ts): who has not answered by then cannot be heard any more, though
 * the connection may look open for hours.
 */
export const ANSWER_WITHIN_MS = 20_000;

/** What the driver understands, beyond what its types say. */
export interface BoundedQuery extends QueryConfig<unknown[]> {
  readonly query_timeout: number;
}

/** Reads `file` beside the calling module: `sqlFile<Row>(import.meta.url, 'claim-job.sql')`. */
export function sqlFile<Row extends QueryResultRow = Record<string, never>>(
  moduleUrl: string,
  file: string,
  { answerWithinMs = ANSWER_WITHIN_MS }: { readonly answerWithinMs?: number } = {},
): SqlFile<Row> {
  const text = readFileSync(new URL(file, moduleUrl), 'utf8');
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const path = fileURLToPath(new URL(file, moduleUrl));
  // A name holds at most 63 bytes; the digest keeps two files of one name apart.
  return { name: `${basename(path, '.sql').slice(0, 48)}-${digest}`, text, answerWithinMs };
}

/** A statement with its values, ready to be sent. */
export interface Statement<Row extends QueryResultRow = QueryResultRow> {
  readonly sql: SqlFile<Row>;
  readonly values: readonly unknown[];
}

export interface StatementAnswer<Row> {
  readonly rows: Row[];
  /** How many rows it gave or changed. */
  readonly count: number;
}

/** Sends it at once, before anything is waited for. Throws TROOP-16xx when the database is away or takes too long. */
export async function run<Row extends QueryResultRow>(
  queryable: Queryable,
  { sql, values }: Statement<Row>,
): Promise<StatementAnswer<Row>> {
  try {
    const { rows, rowCount } = await queryable.query<Row>(queryOf(sql, values));
    return { rows, count: rowCount ?? 0 };
  } catch (error) {
    throw storeError(error, sql.name);
  }
}

const queryOf = (sql: SqlFile<QueryResultRow>, values: readonly unknown[]): BoundedQuery => ({
  name: sql.name,
  text: sql.text,
  values: [...values],
  query_timeout: sql.answerWithinMs,
});

/** Runs the statement and gives its rows. Throws TROOP-16xx when the database is away or takes too long. */
export async function queryRows<Row extends QueryResultRow>(
  queryable: Queryable,
  sql: SqlFile<Row>,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return (await run(queryable, { sql, values })).rows;
}

/** The first row, or null. */
export async function queryOne<Row extends QueryResultRow>(
  queryable: Queryable,
  sql: SqlFile<Row>,
  values: readonly unknown[] = [],
): Promise<Row | null> {
  return (await run(queryable, { sql, values })).rows[0] ?? null;
}

/** How many rows the statement changed. */
export async function execute(
  queryable: Queryable,
  sql: SqlFile<QueryResultRow>,
  values: readonly unknown[] = [],
): Promise<number> {
  return (await run(queryable, { sql, values })).count;
}
