import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openKnowledgeStore } from '../../../coordinator/knowledge/store/knowledge-store.ts';
import { openSyncMemory } from '../../../coordinator/knowledge/store/sync-memory.ts';
import { syncKnowledge } from '../../../coordinator/knowledge/sync/sync-knowledge.ts';
import type {
  SyncOptions,
  SyncProgress,
  SyncSummary,
} from '../../../coordinator/knowledge/sync/sync-options.ts';
import type { TroopError } from '../../../shared/errors/troop-error.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import type { Release } from '../../../shared/stack/release.ts';
import { startFakeIndex, type FakeFile, type FakeIndex } from '../../support/fake-index.ts';
import {
  openTestAccess,
  removeFolder,
  temporaryFolder,
  type TestAccess,
} from '../../support/fake-index-access.ts';
import { makeSdist, makeWheel, sha256Of } from '../../support/fake-index-files.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.ts';
import { until } from '../../support/until.ts';

const environment = canonicalEnvironment({ python: '3.11', platform: 'linux_x86_64' });
let database: MigratedDatabase;
let index: FakeIndex;
let access: TestAccess;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  database = await createMigratedDatabase();
});
afterAll(async () => {
  await database.drop();
});
beforeEach(async () => {
  await database.pool.query('truncate knowledge_metadata, knowledge_folder_files');
  await database.pool.query('truncate knowledge_snapshots, knowledge_releases cascade');
  index = await startFakeIndex({ etag: true });
  access = await openTestAccess({ indexUrl: index.url });
  closing.push(
    () => index.close(),
    () => access.close(),
    () => removeFolder(access.directory),
  );
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface SyncCall extends Partial<SyncOptions> {
  readonly through?: TestAccess;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SyncProgress) => void;
}

async function sync(requirements: readonly string[], call: SyncCall = {}): Promise<SyncSummary> {
  const { through = access, signal = new AbortController().signal, onProgress, ...options } = call;
  return syncKnowledge(
    {
      client: through.client,
      cache: through.cache,
      store: openKnowledgeStore(database.pool),
      memory: openSyncMemory(database.pool),
      clock: systemClock,
      logger: silentLogger,
      ...(onProgress === undefined ? {} : { onProgress }),
    },
    { requirements, environments: [environment], indexes: through.indexes, ...options },
    signal,
  );
}

async function releasesOf(summary: SyncSummary, name: string): Promise<readonly Release[]> {
  const signal = new AbortController().signal;
  return (
    (await openKnowledgeStore(database.pool).loadSnapshot(summary.snapshotId, signal)).releases(name) ?? []
  );
}

async function versionsOf(summary: SyncSummary, name: string): Promise<readonly string[]> {
  return (await releasesOf(summary, name)).map((release) => release.version);
}

function publish(
  name: string,
  version: string,
  requires: readonly string[] = [],
  more: Partial<FakeFile> = {},
): FakeFile {
  const made = { ...makeWheel({ name, version, requires }), ...more };
  index.add(name, made);
  return made;
}

const countOf = (summary: SyncSummary, kind: string): number =>
  summary.notLearned.find((group) => group.kind === kind)?.count ?? 0;

async function failureOf(work: Promise<unknown>): Promise<TroopError> {
  return work.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: TroopError) => error,
  );
}

describe('the closure', () => {
  it('follows what any taken version needs on the wanted environments, extras included, and cycles end', async () => {
    publish('app', '1.0', ['lib>=1', 'windows-only; sys_platform == "win32"', 'extra-lib; extra == "fast"']);
    publish('app', '2.0', ['lib[speed]>=1']);
    publish('lib', '1.0', ['app', 'quick; extra == "speed"', 'unwanted; extra == "other"']);
    publish('extra-lib', '1.0');
    publish('quick', '1.0');
    const summary = await sync(['app[fast]']);
    expect(summary).toMatchObject({ projects: 4, releases: 5, isNew: true, notLearned: [] });
    expect(index.requests.filter((request) => /windows-only|unwanted/.test(request.path))).toEqual([]);
    const [first] = await releasesOf(summary, 'app');
    expect(first).toMatchObject({ index: 'pip', version: '1.0', yanked: false });
    expect(first?.requires_dist).toHaveLength(3);
  });

  it('keeps to the specifier of the root, and to constraints', async () => {
    for (const version of ['1.0', '1.5', '2.0']) publish('app', version, ['lib']);
    for (const version of ['1.0', '2.0', '3.0']) publish('lib', version);
    const summary = await sync(['app>=1.5'], { constraints: ['lib<3'] });
    expect(await versionsOf(summary, 'app')).toEqual(['1.5', '2.0']);
    expect(await versionsOf(summary, 'lib')).toEqual(['1.0', '2.0']);
    expect(index.requests.filter((request) => request.path.includes('app-1.0'))).toEqual([]);
  });

  it('takes the newest that have a file for the environment, and what a requirement needs beyond them', async () => {
    for (const version of ['1.0', '1.1', '1.2', '2.0', '2.1', '2.2']) publish('lib', version);
    index.add('lib', makeWheel({ name: 'lib', version: '3.0', tag: 'cp39-cp39-win_amd64' }));
    publish('lib', '4.0a1');
    publish('app', '1.0', ['lib<2']);
    expect(await versionsOf(await sync(['lib'], { latest: 2 }), 'lib')).toEqual(['2.1', '2.2']);
    expect(await versionsOf(await sync(['app'], { latest: 2 }), 'lib')).toEqual(['1.1', '1.2', '2.1', '2.2']);
    const withNewer = await sync(['lib'], { latest: 1, prereleases: 'allow' });
    expect(await versionsOf(withNewer, 'lib')).toEqual(['4.0a1']);
  });

  it('records yanked releases without counting them', async () => {
    publish('lib', '1.0');
    publish('lib', '2.0', [], { yanked: 'broken' });
    publish('lib', '3.0');
    const releases = await releasesOf(await sync(['lib'], { latest: 2 }), 'lib');
    expect(releases.map((release) => [release.version, release.yanked])).toEqual([
      ['1.0', false],
      ['2.0', true],
      ['3.0', false],
    ]);
  });

  it('leaves out what was uploaded after a cutoff, or nobody knows when', async () => {
    publish('lib', '1.0', [], { uploadTime: '2024-01-01T00:00:00Z' });
    publish('lib', '2.0', [], { uploadTime: '2025-01-01T00:00:00Z' });
    publish('lib', '3.0');
    const summary = await sync(['lib'], { excludeNewer: '2024-06-01T00:00:00Z' });
    expect(await versionsOf(summary, 'lib')).toEqual(['1.0']);
    expect(countOf(summary, 'no-upload-time')).toBe(1);
  });

  it.each(['2026-13-01', 'tomorrow', '1'])(
    'refuses the cutoff %s: it left everything out',
    async (excludeNewer) => {
      publish('lib', '1.0', [], { uploadTime: '2024-01-01T00:00:00Z' });
      await expect(sync(['lib'], { excludeNewer })).rejects.toMatchObject({ code: 'TROOP-1820' });
    },
  );

  it('asks one file of a release, or the best of each environment when told to, and keeps their differences', async () => {
    const old = makeWheel({
      name: 'lib',
      version: '1.0',
      tag: 'cp310-cp310-manylinux_2_17_x86_64',
      requires: ['backport'],
    });
    const current = makeWheel({ name: 'lib', version: '1.0', tag: 'cp311-cp311-manylinux_2_17_x86_64' });
    index.add('lib', old, current);
    publish('backport', '1.0');
    const environments = [environment, canonicalEnvironment({ python: '3.10', platform: 'linux_x86_64' })];
    const one = await sync(['lib'], { environments });
    expect(one).toMatchObject({ projects: 1, metadata: { 'metadata-file': 1 } });
    expect(one.notes.join()).toContain('best file');
    const each = await sync(['lib'], { environments, metadataOf: 'every-environment' });
    expect(each).toMatchObject({ projects: 2, metadata: { 'metadata-file': 2, remembered: 1 } });
    const [release] = await releasesOf(each, 'lib');
    expect(release?.requires_dist).toEqual([]);
    expect(release?.files.map((file) => file.requires_dist)).toEqual([['backport'], undefined]);
  });
});

describe('what could not be learned', () => {
  it('is counted by its reason, and the rest is kept', async () => {
    publish('app', '1.0', [
      'only-sdist',
      'static-sdist',
      'broken',
      'gone',
      'liar',
      'down',
      'url @ https://a.example/x.zip',
    ]);
    index.add('only-sdist', makeSdist({ name: 'only-sdist', version: '1.0', metadataVersion: '2.1' }));
    index.add('static-sdist', makeSdist({ name: 'static-sdist', version: '1.0', requires: ['app'] }));
    publish('broken', '1.0', ['six >< 1']);
    publish('liar', '1.0', [], { announcedMetadataSha256: sha256Of('lie') });
    index.fail(/simple\/down\//, { kind: 'answer', status: 500 });
    index.add('app', { ...makeWheel({ name: 'app', version: '0.1' }), filename: 'app-not a wheel.whl' });
    const summary = await sync(['app']);
    const counts = Object.fromEntries(summary.notLearned.map((group) => [group.kind, group.count]));
    expect(counts).toEqual({
      'needs-build': 1,
      'unparsable-requirement': 1,
      'not-found': 1,
      'hash-mismatch': 1,
      unreachable: 1,
      'direct-url': 1,
      'unparsable-filename': 1,
    });
    expect((await releasesOf(summary, 'only-sdist'))[0]?.requires_dist).toBeNull();
    expect((await releasesOf(summary, 'static-sdist'))[0]?.requires_dist).toEqual(['app']);
    expect((await releasesOf(summary, 'broken'))[0]?.requires_dist).toBeNull();
    expect((await releasesOf(summary, 'liar'))[0]?.requires_dist).toEqual([]);
  });

  it('ends the sync when it is a root, and no snapshot is written', async () => {
    expect((await failureOf(sync(['absent']))).code).toBe('TROOP-1115');
    index.fail(/simple\/down\//, { kind: 'answer', status: 503 });
    expect((await failureOf(sync(['down']))).code).toBe('TROOP-1103');
    expect((await failureOf(sync(['x @ https://a.example/x.zip']))).code).toBe('TROOP-1114');
    expect(await openKnowledgeStore(database.pool).latestSnapshot()).toBeNull();
  });

  it('is also a hash that an index does not give', async () => {
    const bare = await startFakeIndex({ hashes: false, metadata: 'none' });
    bare.add('app', makeWheel({ name: 'app', version: '1.0', requires: ['app'] }));
    const through = await openTestAccess({ indexUrl: bare.url });
    closing.push(
      () => bare.close(),
      () => through.close(),
      () => removeFolder(through.directory),
    );
    const summary = await sync(['app'], { through });
    expect(summary.notLearned.map((group) => [group.kind, group.count])).toEqual([['without-hash', 1]]);
    expect((await releasesOf(summary, 'app'))[0]).toMatchObject({ requires_dist: ['app'] });
  });

  it('names constraints of pip that were not applied', async () => {
    publish('app', '1.0');
    const summary = await sync(['app'], { ignoredConstraintFiles: ['/somewhere/constraints.txt'] });
    expect(summary.notes.join()).toContain('/somewhere/constraints.txt');
  });
});

describe('a second sync', () => {
  it('asks only whether pages have changed, and finds the same snapshot', async () => {
    publish('app', '1.0', ['lib']);
    publish('lib', '1.0');
    const first = await sync(['app']);
    index.forgetRequests();
    const second = await sync(['app']);
    expect(second).toMatchObject({ snapshotId: first.snapshotId, isNew: false, fromCache: 2, bytes: 0 });
    expect(second.metadata).toEqual({ 'metadata-file': 0, wheel: 0, sdist: 0, remembered: 2 });
    expect(index.requests.map((request) => request.path)).toEqual(['/simple/app/', '/simple/lib/']);
    expect(index.requests.every((request) => request.headers['if-none-match'] !== undefined)).toBe(true);
  });

  it('goes on where an aborted one was', async () => {
    for (const version of ['1.0', '2.0', '3.0', '4.0']) publish('app', version);
    index.fail(/app-3\.0.*metadata/, { kind: 'silence' }, 1);
    const controller = new AbortController();
    const reason = new Error('the operator went home');
    // One that arrives when all is over would count for the second sync.
    const isAsked = (): boolean => index.requests.some(({ path }) => /app-3\.0.*metadata/.test(path));
    const onProgress = (progress: SyncProgress): void => {
      if (progress.metadataDone === 3) void until(isAsked).finally(() => controller.abort(reason));
    };
    await expect(sync(['app'], { signal: controller.signal, onProgress })).rejects.toBe(reason);
    expect(await openKnowledgeStore(database.pool).latestSnapshot()).toBeNull();
    index.forgetRequests();
    const summary = await sync(['app']);
    expect(summary).toMatchObject({ releases: 4, metadata: { 'metadata-file': 1, remembered: 3 } });
    expect(index.requests.filter((request) => request.path.endsWith('.metadata'))).toHaveLength(1);
  });

  it('tells its progress up to the end', async () => {
    publish('app', '1.0', ['lib']);
    publish('lib', '1.0');
    const seen: SyncProgress[] = [];
    await sync(['app'], { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toMatchObject({
      projectsDone: 2,
      projectsKnown: 2,
      releases: 2,
      metadataDone: 2,
      metadataKnown: 2,
    });
    expect(seen.at(-1)?.bytes).toBeGreaterThan(0);
  });
});

describe('several places', () => {
  it('make one merged index: the same file is one, folders and links included', async () => {
    const folder = await temporaryFolder();
    closing.push(() => removeFolder(folder));
    const shared = publish('app', '1.0', ['lib']);
    const lib = makeWheel({ name: 'lib', version: '1.0' });
    await mkdir(join(folder, 'simple', 'app'), { recursive: true });
    await mkdir(join(folder, 'links'));
    await writeFile(join(folder, 'simple', shared.filename), shared.bytes);
    const anchor = `<a href="../${shared.filename}#sha256=${shared.sha256}">${shared.filename}</a>`;
    await writeFile(join(folder, 'simple', 'app', 'index.html'), anchor);
    await writeFile(join(folder, 'links', lib.filename), lib.bytes);
    const through = await openTestAccess({
      indexUrl: index.url,
      extraIndexUrls: [pathToFileURL(join(folder, 'simple')).href],
      findLinks: [join(folder, 'links')],
    });
    closing.push(
      () => through.close(),
      () => removeFolder(through.directory),
    );
    const summary = await sync(['app'], { through });
    expect(summary).toMatchObject({ releases: 2, notLearned: [] });
    const [app] = await releasesOf(summary, 'app');
    expect(app?.files).toMatchObject([
      { sha256: shared.sha256, url: expect.stringMatching(/^file:/) as string },
    ]);
    const [found] = await releasesOf(summary, 'lib');
    expect(found?.files).toMatchObject([{ sha256: lib.sha256, size: lib.bytes.length }]);
    expect(index.requests.some((request) => request.path.includes('.whl'))).toBe(false);
  });

  it('that give different files under one name are both kept, and reported', async () => {
    const other = await startFakeIndex();
    const ours = publish('app', '1.0', ['lib']);
    publish('lib', '1.0');
    const theirs = makeWheel({ name: 'app', version: '1.0', paddingBytes: 10, requires: ['lib'] });
    other.add('app', theirs);
    const through = await openTestAccess({ indexUrl: index.url, extraIndexUrls: [other.url] });
    closing.push(
      () => other.close(),
      () => through.close(),
      () => removeFolder(through.directory),
    );
    const summary = await sync(['app'], { through });
    expect(countOf(summary, 'hash-conflict')).toBe(1);
    const hashes = (await releasesOf(summary, 'app'))[0]?.files.map((file) => file.sha256);
    expect(hashes?.toSorted()).toEqual([ours.sha256, theirs.sha256].toSorted());
  });

  it('one of which is down cost little: the others count, and it is said', async () => {
    const other = await startFakeIndex();
    publish('app', '1.0', ['a', 'b', 'c']);
    for (const name of ['a', 'b', 'c']) publish(name, '1.0');
    const through = await openTestAccess({ indexUrl: index.url, extraIndexUrls: [other.url] });
    closing.push(
      () => through.close(),
      () => removeFolder(through.directory),
    );
    await other.close();
    const summary = await sync(['app'], { through });
    expect(summary.releases).toBe(4);
    expect(countOf(summary, 'unreachable')).toBe(4);
  });

  it('with a name of their own are factors of their own', async () => {
    const fast = await startFakeIndex();
    publish('app', '1.0', ['lib']);
    publish('lib', '1.0');
    fast.add('lib', makeWheel({ name: 'lib', version: '1.0', paddingBytes: 50 }));
    const through = await openTestAccess({ indexUrl: index.url }, { namedIndexes: [`avx2=${fast.url}`] });
    closing.push(
      () => fast.close(),
      () => through.close(),
      () => removeFolder(through.directory),
    );
    const summary = await sync(['app'], { through });
    expect(summary.indexes).toEqual([
      { name: 'pip', url: index.url, projects: 2, releases: 2 },
      { name: 'avx2', url: fast.url, projects: 1, releases: 1 },
    ]);
    expect((await releasesOf(summary, 'lib')).map((release) => release.index)).toEqual(['avx2', 'pip']);
  });
});
