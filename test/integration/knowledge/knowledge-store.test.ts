import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  openKnowledgeStore,
  type KnowledgeStore,
} from '../../../coordinator/knowledge/store/knowledge-store.ts';
import type { TroopError } from '../../../shared/errors/troop-error.ts';
import type { Release, SnapshotHeader } from '../../../shared/stack/release.ts';
import { formatReleaseLine, formatSnapshotHeader } from '../../../shared/stack/snapshot.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.ts';
import { sampleRelease } from '../../support/sample-releases.ts';

const signal = new AbortController().signal;
const header: SnapshotHeader = {
  format: 'troop-knowledge',
  version: 1,
  created: '2026-01-02T03:04:05Z',
  indexes: [{ name: 'pip', url: 'https://index.example/simple' }, { name: 'avx2' }],
};
let database: MigratedDatabase;
let store: KnowledgeStore;

beforeAll(async () => {
  database = await createMigratedDatabase();
  store = openKnowledgeStore(database.pool);
});
afterAll(async () => {
  await database.drop();
});
beforeEach(async () => {
  await database.pool.query('truncate knowledge_snapshots, knowledge_releases cascade');
});

const withFile = sampleRelease('app 1.0', {
  requires_python: '>=3.8',
  requires_dist: ['lib; extra == "x"'],
  provides_extra: ['x'],
  files: [
    {
      filename: 'app-1.0-py3-none-any.whl',
      url: 'https://index.example/files/app-1.0-py3-none-any.whl',
      sha256: 'a'.repeat(64),
      size: 12,
      upload_time: '2026-01-01T00:00:00Z',
      requires_python: '>=3.8',
      yanked: false,
      requires_dist: ['other'],
    },
  ],
});
const releases = [
  sampleRelease('lib 2.0'),
  withFile,
  sampleRelease('lib 1.0', { index: 'avx2', yanked: true }),
];

function fileOf(lines: readonly Release[], ends = '\n'): Buffer {
  return Buffer.from(
    [formatSnapshotHeader(header), ...lines.map((line) => formatReleaseLine(line))].join('\n') + ends,
  );
}

/** In pieces that cut lines and characters anywhere. */
async function* pieces(content: Buffer, length = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += length) yield content.subarray(at, at + length);
}

async function exported(id: string, urls = true): Promise<string> {
  const lines: string[] = [];
  for await (const line of store.exportSnapshot(id, { urls })) lines.push(line);
  return lines.join('');
}

async function failureOf(work: Promise<unknown>): Promise<TroopError> {
  return work.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: TroopError) => error,
  );
}

describe('a snapshot file', () => {
  it.each([
    { name: 'plain', content: fileOf(releases) },
    { name: 'gzipped', content: gzipSync(fileOf(releases)) },
    { name: 'without a last line end', content: fileOf(releases, '') },
  ])('that is $name comes out as it went in', async ({ content }) => {
    const saved = await store.importSnapshot(pieces(content));
    expect(saved).toMatchObject({ isNew: true, projects: 2, releases: 3 });
    expect(await exported(saved.id)).toBe(fileOf(releases).toString());
    const loaded = await store.loadSnapshot(saved.id, signal);
    expect(loaded.header).toEqual(header);
    expect(loaded.names).toEqual(['app', 'lib']);
    expect(loaded.releases('app')).toEqual([withFile]);
    expect(loaded.releases('absent')).toBeUndefined();
  });

  it('exported without URLs has none, and can be imported', async () => {
    const saved = await store.importSnapshot(pieces(fileOf(releases)));
    const text = await exported(saved.id, false);
    expect(text).not.toContain('index.example');
    expect(await store.importSnapshot(pieces(Buffer.from(text)))).toMatchObject({ isNew: true, releases: 3 });
  });

  it('has the same id whatever the order of its lines, and is stored once', async () => {
    const first = await store.importSnapshot(pieces(fileOf(releases)));
    const second = await store.importSnapshot(pieces(fileOf(releases.toReversed())));
    expect(second).toEqual({ ...first, isNew: false });
    const rows = await database.pool.query('select count(*)::integer as count from knowledge_releases');
    expect(rows.rows).toEqual([{ count: 3 }]);
  });

  it('shares releases with other snapshots', async () => {
    const first = await store.importSnapshot(pieces(fileOf(releases)));
    const more = await store.importSnapshot(pieces(fileOf([...releases, sampleRelease('new 1.0')])));
    expect(more.id).not.toBe(first.id);
    const rows = await database.pool.query('select count(*)::integer as count from knowledge_releases');
    expect(rows.rows).toEqual([{ count: 4 }]);
    expect(await exported(first.id)).toBe(fileOf(releases).toString());
  });

  it.each([
    { name: 'a line that does not parse', line: '{"index":"pip"', code: 'TROOP-1814' },
    {
      name: 'an index that the first line does not name',
      line: formatReleaseLine(sampleRelease('x 1', { index: 'z' })),
      code: 'TROOP-1105',
    },
    {
      name: 'a release that stands there twice with differences',
      line: formatReleaseLine(sampleRelease('lib 2.0', { yanked: true })),
      code: 'TROOP-1105',
    },
    {
      name: 'characters that cannot be stored',
      line: formatReleaseLine(sampleRelease('x 1', { requires_dist: ['a\u0000'] })),
      code: 'TROOP-1105',
    },
  ])(
    'with $name is refused with the number of the line, and nothing of it is taken in',
    async ({ line, code }) => {
      const content = Buffer.concat([fileOf(releases), Buffer.from(`${line}\n`)]);
      const failure = await failureOf(store.importSnapshot(pieces(content)));
      expect([failure.code, failure.facts['line']]).toEqual([code, 5]);
      for (const table of ['knowledge_releases', 'knowledge_files', 'knowledge_snapshots']) {
        const rows = await database.pool.query(`select from ${table}`);
        expect(rows.rowCount).toBe(0);
      }
    },
  );

  it('that is no snapshot, damaged, or compressed in a way that this Node cannot read is refused with a reason', async () => {
    expect((await failureOf(store.importSnapshot(pieces(Buffer.from(''))))).code).toBe('TROOP-1813');
    expect((await failureOf(store.importSnapshot(pieces(Buffer.from('hello\n'))))).code).toBe('TROOP-1813');
    const cut = gzipSync(fileOf(releases)).subarray(0, 60);
    expect((await failureOf(store.importSnapshot(pieces(cut)))).code).toBe('TROOP-1120');
    const zstd = Buffer.from('28b52ffd00000000', 'hex');
    const failure = await failureOf(store.importSnapshot(pieces(zstd)));
    expect(['TROOP-1120', 'TROOP-1107']).toContain(failure.code);
  });

  it('whose stream fails is not taken in', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield* pieces(fileOf(releases));
      throw new Error('the upload broke off');
    }
    await expect(store.importSnapshot(failing())).rejects.toThrow('the upload broke off');
    expect(await store.latestSnapshot()).toBeNull();
  });

  it('can be taken in by two at once', async () => {
    const [a, b] = await Promise.all([
      store.importSnapshot(pieces(fileOf(releases))),
      store.importSnapshot(pieces(fileOf(releases.toReversed()))),
    ]);
    expect(a.id).toBe(b.id);
    expect(a.isNew).toBe(!b.isNew);
  });
});

describe('the knowledge base', () => {
  it('names the snapshot that was saved last, also when its content is old', async () => {
    expect(await store.latestSnapshot()).toBeNull();
    const first = await store.importSnapshot(pieces(fileOf(releases)));
    const second = await store.importSnapshot(pieces(fileOf([withFile])));
    expect((await store.latestSnapshot())?.id).toBe(second.id);
    await store.importSnapshot(pieces(fileOf(releases)));
    expect(await store.latestSnapshot()).toMatchObject({
      id: first.id,
      source: 'import',
      projects: 2,
      releases: 3,
      summary: null,
    });
    expect((await store.listSnapshots(10)).map((item) => item.id)).toEqual([first.id, second.id]);
  });

  it('knows which snapshot was saved last though the clock was set back in between', async () => {
    const first = await store.importSnapshot(pieces(fileOf(releases)));
    const again = await store.importSnapshot(pieces(fileOf([withFile])));
    await database.pool.query("update knowledge_snapshots set saved_at = saved_at + interval '3 hours'");
    const last = await store.importSnapshot(pieces(fileOf([sampleRelease('later 1.0')])));
    expect((await store.latestSnapshot())?.id).toBe(last.id);
    // What comes again takes its new place, by the clock before both others.
    await store.importSnapshot(pieces(fileOf([withFile])));
    await database.pool.query(
      "update knowledge_snapshots set saved_at = saved_at - interval '9 days' where id = $1",
      [again.id],
    );
    expect((await store.listSnapshots(10)).map(({ id }) => id)).toEqual([again.id, last.id, first.id]);
    await database.pool.query("update knowledge_snapshots set saved_at = saved_at - interval '9 days'");
    expect(await store.pruneSnapshots(1)).toBe(2);
    expect((await store.listSnapshots(10)).map(({ id }) => id)).toEqual([again.id]);
  });

  it('shows a project, and says when there is none', async () => {
    const { id } = await store.importSnapshot(pieces(fileOf(releases)));
    expect(await store.showProject(id, 'app')).toEqual([withFile]);
    expect((await failureOf(store.showProject(id, 'absent'))).code).toBe('TROOP-1117');
    expect((await failureOf(store.showProject('sha256:0', 'app'))).code).toBe('TROOP-1108');
    expect((await failureOf(store.loadSnapshot('sha256:0', signal))).code).toBe('TROOP-1108');
  });

  it('drops old snapshots that no campaign refers to, with the releases that nobody else has', async () => {
    const referred = await store.importSnapshot(pieces(fileOf(releases)));
    const dropped = await store.importSnapshot(pieces(fileOf([withFile, sampleRelease('gone 1.0')])));
    const newest = await store.importSnapshot(pieces(fileOf([withFile])));
    await database.pool.query("update knowledge_snapshots set saved_at = saved_at - interval '2 days'");
    await database.pool.query(
      "insert into campaigns (id, name, content_hash, definition, knowledge_snapshot_id) values (gen_random_uuid(), 'c', 'h', '{}', $1)",
      [referred.id],
    );
    expect(await store.pruneSnapshots(1)).toBe(1);
    const left = (await store.listSnapshots(10)).map((item) => item.id);
    expect(left.toSorted()).toEqual([referred.id, newest.id].toSorted());
    expect((await failureOf(store.describeSnapshot(dropped.id))).code).toBe('TROOP-1108');
    const rows = await database.pool.query("select from knowledge_releases where name = 'gone'");
    expect(rows.rowCount).toBe(0);
    expect(await exported(referred.id)).toBe(fileOf(releases).toString());
  });
});
