// An index that sends one project to do harm: a sync ends all the same, says what it could not take, and keeps the other
// project whole. What is stored is what PostgreSQL can hold.
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openKnowledgeStore } from '../../../coordinator/knowledge/store/knowledge-store.ts';
import { openSyncMemory } from '../../../coordinator/knowledge/store/sync-memory.ts';
import { closingLines } from '../../../coordinator/knowledge/sync/closing-lines.ts';
import { syncKnowledge } from '../../../coordinator/knowledge/sync/sync-knowledge.ts';
import type { SyncOptions, SyncSummary } from '../../../coordinator/knowledge/sync/sync-options.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import type { Release } from '../../../shared/stack/release.ts';
import { startFakeIndex, type FakeIndex, type Fault } from '../../support/fake-index.ts';
import { openTestAccess, removeFolder, type TestAccess } from '../../support/fake-index-access.ts';
import { makeWheel, makeZip, metadataText, sha256Of, type MadeFile } from '../../support/fake-index-files.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.ts';

let database: MigratedDatabase;
let index: FakeIndex;
let access: TestAccess;
beforeAll(async () => {
  database = await createMigratedDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('truncate knowledge_metadata, knowledge_folder_files');
  await database.pool.query('truncate knowledge_snapshots, knowledge_releases cascade');
  index = await startFakeIndex({ metadata: 'none' });
  access = await openTestAccess({ indexUrl: index.url });
});
afterEach(async () => {
  await access.close();
  await removeFolder(access.directory);
  await index.close();
});

async function sync(changes: Partial<SyncOptions> = {}): Promise<SyncSummary> {
  return syncKnowledge(
    {
      client: access.client,
      cache: access.cache,
      store: openKnowledgeStore(database.pool),
      memory: openSyncMemory(database.pool),
      clock: systemClock,
      logger: silentLogger,
    },
    {
      requirements: ['good', 'bad'],
      environments: [canonicalEnvironment({ python: '3.11', platform: 'linux_x86_64' })],
      indexes: access.indexes,
      ...changes,
    },
    new AbortController().signal,
  );
}

async function releasesOf({ snapshotId }: SyncSummary, name: string): Promise<readonly Release[]> {
  const snapshot = await openKnowledgeStore(database.pool).loadSnapshot(
    snapshotId,
    new AbortController().signal,
  );
  return snapshot.releases(name) ?? [];
}

const page = (files: readonly object[]): Fault => ({
  kind: 'answer',
  status: 200,
  headers: { 'content-type': 'application/vnd.pypi.simple.v1+json' },
  body: JSON.stringify({ meta: { 'api-version': '1.1' }, name: 'bad', files }),
});
/** Characters that do not compress: an index entry of PostgreSQL would hold a long text of one letter. */
const noise = (length: number): string => {
  let text = '';
  for (let at = 0; text.length < length; at++) text += createHash('sha256').update(`${at}`).digest('hex');
  return text.slice(0, length);
};

/** A wheel of `bad` 1.0 whose METADATA has more lines than it should. */
function wheelSaying(...lines: readonly string[]): MadeFile {
  const metadata = metadataText({ name: 'bad', version: '1.0' }, '2.1', lines.join('\n'));
  const bytes = makeZip([{ path: 'bad-1.0.dist-info/METADATA', content: metadata }]);
  return { filename: 'bad-1.0-py3-none-any.whl', bytes, sha256: sha256Of(bytes), metadata };
}

const manySpecifiers = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, each) => `Requires-Dist: good!=0.${each}`);

const METADATA = ['needs-build', 'unparsable-metadata'];
const REQUIREMENT = ['unparsable-requirement'];

describe('a project of an index', () => {
  const good = makeWheel({ name: 'good', version: '1.0' });

  test.each([
    ['a NUL in a requirement', wheelSaying('Requires-Dist: six\0>=1'), METADATA],
    ['a NUL in its Requires-Python', wheelSaying('Requires-Python: >=3\0'), METADATA],
    ['a NUL in the name of an extra', wheelSaying('Provides-Extra: a\0b', 'Requires-Dist: good'), METADATA],
    ['a Requires-Python of a megabyte', wheelSaying(`Requires-Python: ${'>=3,'.repeat(250_000)}`), []],
    [
      'a requirement of a megabyte',
      wheelSaying(`Requires-Dist: good${'>=1,'.repeat(250_000)}<9`),
      REQUIREMENT,
    ],
    [
      'a hundred thousand requirements',
      wheelSaying('Requires-Dist: good\n'.repeat(100_000).trim()),
      METADATA,
    ],
    ['nine thousand specifiers of one project', wheelSaying(...manySpecifiers(9000)), []],
    ['a project of 4000 characters', wheelSaying(`Requires-Dist: ${noise(4000)}`), REQUIREMENT],
  ])('with %s in its wheel is no harm to others', async (_what, wheel, kinds) => {
    index.add('good', good);
    index.add('bad', wheel);
    const summary = await sync();
    expect(summary.notLearned.map((group) => group.kind)).toEqual(kinds);
    expect(await releasesOf(summary, 'good')).toHaveLength(1);
    expect(await releasesOf(summary, 'bad')).toHaveLength(1);
  });

  const wheel = makeWheel({ name: 'bad', version: '1.0' });
  const listed = {
    filename: wheel.filename,
    url: 'bad-1.0-py3-none-any.whl',
    hashes: { sha256: wheel.sha256 },
  };

  test.each([
    ['a NUL in a file name', [listed, { ...listed, filename: 'bad\0.whl' }], 1],
    ['half a character in a file name', [listed, { ...listed, filename: 'bad\ud800.whl' }], 1],
    ['an address of 6000 characters', [{ ...listed, url: `https://127.0.0.1:9/${noise(6000)}` }], 1],
    ['an address of a megabyte', [{ ...listed, url: `https://127.0.0.1:9/${noise(1024 * 1024)}` }], 0],
    ['a version of 6000 digits', [{ ...listed, filename: `bad-${'1'.repeat(6000)}-py3-none-any.whl` }], 0],
    ['an upload time at the end of time', [{ ...listed, 'upload-time': '+275760-09-13T00:00:00Z' }], 1],
    ['an upload time of the year 12026', [{ ...listed, 'upload-time': '+012026-01-01T00:00:00Z' }], 1],
    ['a size that no file has', [{ ...listed, size: Number.MAX_SAFE_INTEGER }], 1],
    ['a file a hundred thousand times', Array.from({ length: 100_000 }, () => listed), 1],
    ['no file at all', [], 0],
  ])('with %s on its page is no harm to others', async (_what, files, releases) => {
    index.add('good', good);
    index.fail(/simple\/bad\//, page(files), 1);
    const summary = await sync();
    expect(closingLines(summary).join('\n')).not.toMatch(/[^\P{Cc}\n\t]/u);
    expect(await releasesOf(summary, 'good')).toHaveLength(1);
    expect(await releasesOf(summary, 'bad')).toHaveLength(releases);
  });
});

test('an index that makes up a project for every requirement is given up', async () => {
  const made = (number: number): MadeFile =>
    makeWheel({ name: `made-${number}`, version: '1.0', requires: [`made-${number + 1}`] });
  for (let number = 0; number < 30; number++) index.add(`made-${number}`, made(number));
  await expect(sync({ requirements: ['made-0'], maximumProjects: 20 })).rejects.toMatchObject({
    code: 'TROOP-1118',
    facts: { maximum: 20, name: 'made-20', by: 'made-19 1.0' },
  });
  expect(await openKnowledgeStore(database.pool).listSnapshots(10)).toEqual([]);
  expect(
    await releasesOf(await sync({ requirements: ['made-10'], maximumProjects: 25 }), 'made-29'),
  ).toHaveLength(1);
});
