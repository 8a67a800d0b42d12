import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.ts';

const ID = '00000000-0000-0000-0000-000000000000';
const ROOM = new URL('../../../coordinator/campaign/', import.meta.url);

let database: MigratedDatabase;

beforeAll(async () => {
  database = await createMigratedDatabase({ maximumConnections: 1 });
  // Tables of a test are so small that reading all of them would be best.
  await database.pool.query('set enable_seqscan = off');
});
afterAll(() => database.drop());

/** What a fleet asks again and again must not take longer for every campaign of the years before. */
it.each([
  ['read-pace.sql', [ID], 'jobs_by_campaign'],
  ['read-report-builds.sql', [ID], 'jobs_by_campaign'],
  ['read-report-machines.sql', [ID], 'jobs_by_campaign'],
  ['read-spent-budgets.sql', [], 'jobs_by_campaign'],
  ['find-known-stacks.sql', [ID, ['a stack']], 'inspections_environment_id_stack_id_lane_role_key'],
])('%s finds what is of one campaign by an index', async (file, values, index) => {
  const statement = await readFile(new URL(file, ROOM), 'utf8');
  const { rows } = await database.pool.query(`explain ${statement}`, values);
  expect(rows.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n')).toContain(index);
});
