import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Pool } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, readMigrations } from '../../../coordinator/store/migrate.ts';
import { openPool } from '../../../coordinator/store/pool.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let pool: Pool;
let folder: string;
let directory: URL;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = openPool({ connectionString: database.url, logger: silentLogger, maximumConnections: 4 });
  folder = await mkdtemp(join(tmpdir(), 'troop-migrations-'));
  directory = pathToFileURL(`${folder}/`);
});

afterEach(async () => {
  await pool.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

const writeMigration = (name: string, sql: string) => writeFile(join(folder, name), sql);

test('brings an empty database up to date, and has nothing to do the second time', async () => {
  const first = await migrate(pool);
  expect(first.applied).toContain('0001-fleet');
  expect(first.applied).toContain('0005-results');
  expect(first.version).toBeGreaterThanOrEqual(5);
  expect(await migrate(pool)).toEqual({ applied: [], version: first.version });
});

test('runs every migration once when several coordinators start at the same time', async () => {
  const other = openPool({ connectionString: database.url, logger: silentLogger });
  const results = await Promise.all([migrate(pool), migrate(other), migrate(pool), migrate(other)]);
  await other.end();
  const names = (await readMigrations()).map((migration) => migration.name);
  expect(results.flatMap((result) => result.applied)).toEqual(names);
});

test('refuses a database that a newer program has used', async () => {
  await migrate(pool);
  await writeMigration('0001-old.sql', 'select 1');
  await expect(migrate(pool, directory)).rejects.toMatchObject({ code: 'TROOP-1602', facts: { known: 1 } });
});

test('refuses a migration that was edited after it had run', async () => {
  await writeMigration('0001-first.sql', 'create table first (id int)');
  await migrate(pool, directory);
  await writeMigration('0001-first.sql', 'create table first (id bigint)');
  await expect(migrate(pool, directory)).rejects.toMatchObject({
    code: 'TROOP-1603',
    facts: { name: '0001-first' },
  });
});

test('leaves nothing behind of a migration that fails, and goes on once it is mended', async () => {
  await writeMigration('0001-first.sql', 'create table first (id int)');
  await writeMigration('0002-second.sql', 'create table second (id int); select missing from nowhere');
  await expect(migrate(pool, directory)).rejects.toMatchObject({ code: 'TROOP-1605' });
  const { rows } = await pool.query("select to_regclass('first') as first, to_regclass('second') as second");
  expect(rows).toEqual([{ first: 'first', second: null }]);
  await writeMigration('0002-second.sql', 'create table second (id int)');
  expect((await migrate(pool, directory)).applied).toEqual(['0002-second']);
});

test('reads the migrations from a folder that was copied elsewhere', async () => {
  await cp(new URL('../../../coordinator/store/migrations', import.meta.url), folder, { recursive: true });
  const [copied, own] = await Promise.all([readMigrations(directory), readMigrations()]);
  expect(copied).toEqual(own);
});

test('snapshots of an earlier database keep the order in which they were saved, and the next is the newest', async () => {
  const own = new URL('../../../coordinator/store/migrations/', import.meta.url);
  for (const { version, name, sql } of await readMigrations()) {
    if (version < 10) await writeMigration(`${name}.sql`, sql);
  }
  await migrate(pool, directory);
  const save = async (digit: string, savedAt: string): Promise<void> => {
    await pool.query(
      `insert into knowledge_snapshots (id, source, header, projects, releases, saved_at)
       values ($1, 'import', '{}', 1, 1, $2)`,
      [`sha256:${digit.repeat(64)}`, savedAt],
    );
  };
  await save('2', '2026-01-02');
  await save('1', '2026-01-01');
  await migrate(pool, own);
  await save('0', '2025-01-01');
  const { rows } = await pool.query<{ digit: string }>(
    'select right(id, 1) as digit from knowledge_snapshots order by save_number',
  );
  expect(rows.map(({ digit }) => digit)).toEqual(['1', '2', '0']);
});

test('no two migrations have one number: the second could not run', async () => {
  const versions = (await readMigrations()).map(({ version }) => version);
  expect(versions).toEqual(versions.map((_, index) => index + 1));
});
