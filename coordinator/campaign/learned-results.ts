// What the stream of an environment has been told of its inspections, and what it has not been told yet. A telling is stored
// with the cursor of the draw that it came before, so that a stream can be replayed.
import type { LearnedResults, StackResult } from '../monkey/strategies/strategy.ts';
import { execute, queryRows, sqlFile, type Queryable } from '../store/sql-file.ts';
import { storableJson } from '../store/storable.ts';

type Row<Type> = { [Key in keyof Type]: Type[Key] };

export interface InspectionResult extends StackResult {
  readonly inspectionId: string;
}

const readLearnedSql = sqlFile<Row<LearnedResults>>(import.meta.url, 'read-learned-results.sql');
const readUntoldSql = sqlFile<Row<InspectionResult>>(import.meta.url, 'read-untold-results.sql');
const insertSql = sqlFile(import.meta.url, 'insert-learned-results.sql');

export async function readLearnedResults(
  client: Queryable,
  environmentId: string,
): Promise<readonly LearnedResults[]> {
  return await queryRows(client, readLearnedSql, [environmentId]);
}

export async function readUntoldResults(
  client: Queryable,
  environmentId: string,
): Promise<readonly InspectionResult[]> {
  return await queryRows(client, readUntoldSql, [environmentId]);
}

/** Inside the transaction that has locked the environment. */
export async function insertLearnedResults(
  client: Queryable,
  environmentId: string,
  emitted: number,
  results: readonly InspectionResult[],
): Promise<void> {
  if (results.length > 0) await execute(client, insertSql, [environmentId, emitted, storableJson(results)]);
}

/** A telling without what only the database needs. */
export function telling(emitted: number, results: readonly InspectionResult[]): readonly LearnedResults[] {
  return results.length === 0
    ? []
    : [{ emitted, results: results.map(({ position, logRatio }) => ({ position, logRatio })) }];
}
