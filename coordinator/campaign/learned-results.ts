// The log of what the stream of an environment has been told of its inspections. A telling is kept with the number of stacks that
// were given before it, so that a stream can be replayed; what is in the log is told before the next draw, and told for good.
import type { Pool } from 'pg';
import type { LearnedResults, StackNumbers } from '../monkey/strategies/strategy.ts';
import type { LearnedLog } from '../sampling/learned-log.ts';
import { transaction } from '../store/pool.ts';
import { execute, queryOne, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';

type Row<Type> = { [Key in keyof Type]: Type[Key] };

const lockSql = sqlFile<{ drawn: number }>(import.meta.url, 'lock-environment.sql');
const insertSql = sqlFile(import.meta.url, 'insert-untold-results.sql');
const countSql = sqlFile<{ tellings: number }>(import.meta.url, 'count-tellings.sql');
const readNumbersSql = sqlFile<{ seed: string; positions: number[]; numbers: string[] }>(
  import.meta.url,
  'read-stack-numbers.sql',
);
const readSql = sqlFile<Row<LearnedResults>>(import.meta.url, 'read-tellings.sql');

/** Adds to the log what became of stacks meanwhile. Null: somebody else drew meanwhile, so that it is no longer the next draw's. */
export async function logUntoldResults(
  pool: Pool,
  { id, drawn }: { readonly id: string; readonly drawn: number },
): Promise<LearnedLog | null> {
  return await transaction(pool, async (client) => {
    const now = await queryOne(client, lockSql, [id]);
    if (now?.drawn !== drawn) return null;
    await execute(client, insertSql, [id, drawn]);
    return { id, tellings: await countTellings(client, id) };
  });
}

export async function countTellings(client: Queryable, environmentId: string): Promise<number> {
  return (await queryOne(client, countSql, [environmentId]))?.tellings ?? 0;
}

/** Those that count, less the first `from`. */
export async function readTellings(
  client: Queryable,
  { id, tellings }: LearnedLog,
  from: number,
): Promise<readonly LearnedResults[]> {
  return await queryRows(client, readSql, [id, from, tellings]);
}

/** Of the stacks of an environment that were inspected. */
export async function readNumbers(client: Queryable, environmentId: string): Promise<StackNumbers> {
  const rows = await queryRows(client, readNumbersSql, [environmentId]);
  return new Map(
    rows.map(({ seed, positions, numbers }) => [
      seed,
      new Map(positions.map((position, index) => [position, numbers[index] ?? ''])),
    ]),
  );
}
