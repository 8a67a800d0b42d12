// Content-addressed scripts, as agents fetch them.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { queryOne, sqlFile, type Queryable } from '../store/sql-file.ts';

export interface StoredScript {
  readonly sha256: string;
  readonly name: string;
  readonly content: Buffer;
}

const readSql = sqlFile<StoredScript>(import.meta.url, 'read-script.sql');

/** Throws TROOP-1312. */
export async function readScript(client: Queryable, sha256: string): Promise<StoredScript> {
  const script = await queryOne(client, readSql, [sha256]);
  if (script === null) throw new TroopError('TROOP-1312', { sha256 });
  return script;
}
