import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFileAccess, type FileAccess } from '../../../coordinator/knowledge/file-access.ts';
import { openKnowledgeStore } from '../../../coordinator/knowledge/store/knowledge-store.ts';
import { openSyncMemory } from '../../../coordinator/knowledge/store/sync-memory.ts';
import type { TroopError } from '../../../shared/errors/troop-error.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';
import { startFakeIndex, type FakeIndex } from '../../support/fake-index.ts';
import { openTestAccess, removeFolder, type TestAccess } from '../../support/fake-index-access.ts';
import { makeWheel, sha256Of } from '../../support/fake-index-files.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.ts';

const signal = new AbortController().signal;
const wheel = makeWheel({ name: 'app', version: '1.0', paddingBytes: 100_000 });
let database: MigratedDatabase;
let index: FakeIndex;
let access: TestAccess;
let files: FileAccess;

beforeAll(async () => {
  database = await createMigratedDatabase();
});
afterAll(async () => {
  await database.drop();
});
beforeEach(async () => {
  await database.pool.query(
    'truncate knowledge_snapshots, knowledge_releases, knowledge_folder_files cascade',
  );
  index = await startFakeIndex({ authorization: 'user:s3cret' });
  index.add('app', wheel);
  access = await openTestAccess({ indexUrl: index.url.replace('http://', 'http://user:s3cret@') });
  files = openFiles(1024 * 1024);
});
afterEach(async () => {
  await index.close();
  await access.close();
  await removeFolder(access.directory);
});

function openFiles(cacheBytes: number): FileAccess {
  return createFileAccess({
    database: database.pool,
    client: access.client,
    memory: openSyncMemory(database.pool),
    directory: access.directory,
    cacheBytes,
    clock: systemClock,
    ids: uuidIds(systemClock),
    random: () => 0,
    signal,
  });
}

async function know(url: string, sha256: string): Promise<void> {
  const file = { filename: wheel.filename, url, sha256, size: wheel.bytes.length };
  const base = {
    index: 'pip',
    name: 'app',
    version: '1.0',
    requires_python: null,
    requires_dist: [],
    provides_extra: [],
  };
  await openKnowledgeStore(database.pool).saveSnapshot({
    header: {
      format: 'troop-knowledge',
      version: 1,
      created: '2026-01-01T00:00:00Z',
      indexes: [{ name: 'pip' }],
    },
    source: 'import',
    summary: null,
    releases: [{ ...base, yanked: false, files: [file] }],
  });
}

async function contentOf(sha256: string): Promise<Buffer> {
  const file = await files.open(sha256, signal);
  const chunks: Buffer[] = [];
  for await (const chunk of file.content) chunks.push(chunk as Buffer);
  expect(file).toMatchObject({ filename: wheel.filename, size: wheel.bytes.length });
  return Buffer.concat(chunks);
}

async function failureOf(work: Promise<unknown>): Promise<TroopError> {
  return work.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: TroopError) => error,
  );
}

const urlOf = (): string => `${index.origin}/files/${wheel.sha256}/${wheel.filename}`;

describe('a file by its hash', () => {
  it('comes from the index with our credentials, once, however many ask', async () => {
    await know(urlOf(), wheel.sha256);
    const contents = await Promise.all([contentOf(wheel.sha256), contentOf(wheel.sha256)]);
    contents.push(await contentOf(wheel.sha256));
    expect(contents.every((content) => content.equals(wheel.bytes))).toBe(true);
    expect(index.requests).toHaveLength(1);
  });

  it('comes from its folder without being copied', async () => {
    const path = join(access.directory, wheel.filename);
    await writeFile(path, wheel.bytes);
    await know(pathToFileURL(path).href, wheel.sha256);
    expect((await contentOf(wheel.sha256)).equals(wheel.bytes)).toBe(true);
    expect(await readdir(access.directory)).toEqual([wheel.filename]);
  });

  it('that is not what lies there is not given out, and nothing of it stays', async () => {
    const lie = sha256Of('something else');
    await know(urlOf(), lie);
    expect((await failureOf(files.open(lie, signal))).code).toBe('TROOP-1111');
    expect(await readdir(join(access.directory, 'files', lie.slice(0, 2)))).toEqual([]);
    const path = join(access.directory, wheel.filename);
    await writeFile(path, 'changed since');
    await database.pool.query('truncate knowledge_snapshots, knowledge_releases cascade');
    await know(pathToFileURL(path).href, wheel.sha256);
    expect((await failureOf(files.open(wheel.sha256, signal))).code).toBe('TROOP-1111');
  });

  it('survives trouble of the index, and says when it cannot be had', async () => {
    await know(urlOf(), wheel.sha256);
    index.fail(/files/, { kind: 'answer', status: 503 }, 2);
    expect((await contentOf(wheel.sha256)).equals(wheel.bytes)).toBe(true);
    await removeFolder(join(access.directory, 'files'));
    index.fail(/files/, { kind: 'answer', status: 404 });
    expect((await failureOf(files.open(wheel.sha256, signal))).code).toBe('TROOP-1103');
  });

  it('is never anything on our disk but a distribution, whatever a snapshot says', async () => {
    const path = join(access.directory, 'secrets.txt');
    await writeFile(path, 'secret');
    await know(pathToFileURL(path).href, sha256Of('secret'));
    expect((await failureOf(files.open(sha256Of('secret'), signal))).code).toBe('TROOP-1110');
  });

  it('that nobody knows, or that is no hash, is not known', async () => {
    expect((await failureOf(files.open('0'.repeat(64), signal))).code).toBe('TROOP-1110');
    expect((await failureOf(files.open('../../etc/passwd', signal))).code).toBe('TROOP-1110');
  });

  it('is waited for no longer than its caller wants', async () => {
    await know(urlOf(), wheel.sha256);
    index.fail(/files/, { kind: 'silence' }, 1);
    const controller = new AbortController();
    const work = files.open(wheel.sha256, controller.signal);
    await index.whenAsked(/files/);
    controller.abort(new Error('enough'));
    await expect(work).rejects.toThrow('enough');
  });
});
