// The knowledge base in PostgreSQL: immutable snapshots in, out, and into memory.
import type { Pool } from 'pg';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { Release, SnapshotHeader } from '../../../shared/stack/release.ts';
import {
  formatReleaseLine,
  formatSnapshotHeader,
  parseReleaseLine,
  parseSnapshotHeader,
  type SnapshotFormat,
} from '../../../shared/stack/snapshot.ts';
import { execute, queryOne, queryRows, sqlFile, type Queryable } from '../../store/sql-file.ts';
import { snapshotOf, type KnowledgeSnapshot } from './release-lookup.ts';
import { saveSnapshot, type SavedSnapshot, type SnapshotContent } from './save-snapshot.ts';
import { snapshotLines } from './snapshot-lines.ts';

export interface SnapshotDescription {
  readonly id: string;
  readonly source: 'sync' | 'import';
  readonly header: SnapshotHeader;
  readonly projects: number;
  readonly releases: number;
  /** The summary of the sync that made it, or null. */
  readonly summary: unknown;
  readonly createdAt: Date;
  /** When this content was last synced or imported. */
  readonly savedAt: Date;
}

export interface KnowledgeStore {
  saveSnapshot(content: SnapshotContent): Promise<SavedSnapshot>;
  /** @throws TROOP-1108 */
  loadSnapshot(id: string, signal: AbortSignal): Promise<KnowledgeSnapshot>;
  /** Through `client` where a transaction is open, whose connection is not to wait for another one. @throws TROOP-1108 */
  describeSnapshot(id: string, client?: Queryable): Promise<SnapshotDescription>;
  /** The one that was saved last, or null. */
  latestSnapshot(): Promise<SnapshotDescription | null>;
  /** Last saved first. */
  listSnapshots(limit: number): Promise<readonly SnapshotDescription[]>;
  /** The releases of a normalised name in a snapshot. @throws TROOP-1117 when it has none */
  showProject(id: string, name: string): Promise<readonly Release[]>;
  /** Takes in a whole snapshot file, plain or gzip, or nothing. @throws TROOP-1105, TROOP-1107, TROOP-1813, TROOP-1814 */
  importSnapshot(stream: AsyncIterable<Uint8Array>): Promise<SavedSnapshot>;
  /** The lines of a snapshot file with their ends. @throws TROOP-1108 */
  exportSnapshot(id: string, format: SnapshotFormat): AsyncGenerator<string>;
  /** Removes old snapshots that no campaign refers to, but for the newest `keep`; returns how many went. */
  pruneSnapshots(keep: number): Promise<number>;
}

interface SnapshotRow {
  readonly id: string;
  readonly source: 'sync' | 'import';
  readonly header: string;
  readonly projects: number;
  readonly releases: number;
  readonly summary: unknown;
  readonly created_at: Date;
  readonly saved_at: Date;
}

interface LineRow {
  readonly position: number;
  readonly line: string;
}

const selectSnapshot = sqlFile<SnapshotRow>(import.meta.url, 'select-snapshot.sql');
const selectLatest = sqlFile<SnapshotRow>(import.meta.url, 'select-latest-snapshot.sql');
const selectAll = sqlFile<SnapshotRow>(import.meta.url, 'list-snapshots.sql');
const selectLines = sqlFile<LineRow>(import.meta.url, 'select-lines.sql');
const selectProject = sqlFile<LineRow>(import.meta.url, 'select-project-lines.sql');
const deleteSnapshots = sqlFile(import.meta.url, 'delete-snapshots.sql');
const deleteReleases = sqlFile(import.meta.url, 'delete-releases.sql');

/** So many lines at a time, so that nothing waits long for their parsing. */
const pageLines = 200;

export function openKnowledgeStore(pool: Pool): KnowledgeStore {
  const describeSnapshot = async (id: string, client: Queryable = pool): Promise<SnapshotDescription> => {
    const row = await queryOne(client, selectSnapshot, [id]);
    if (row === null) throw new TroopError('TROOP-1108', { id: id.slice(0, 80) });
    return describe(row);
  };

  return {
    saveSnapshot: (content) => saveSnapshot(pool, content),
    describeSnapshot,
    loadSnapshot: async (id, signal) => {
      const { header } = await describeSnapshot(id);
      const releases = new Map<string, Release[]>();
      for await (const release of storedReleases(pool, id)) {
        signal.throwIfAborted();
        const known = releases.get(release.name);
        if (known === undefined) releases.set(release.name, [release]);
        else known.push(release);
      }
      return snapshotOf(id, header, releases);
    },
    latestSnapshot: async () => {
      const row = await queryOne(pool, selectLatest);
      return row === null ? null : describe(row);
    },
    listSnapshots: async (limit) => (await queryRows(pool, selectAll, [limit])).map(describe),
    showProject: async (id, name) => {
      await describeSnapshot(id);
      const rows = await queryRows(pool, selectProject, [id, name]);
      if (rows.length === 0) throw new TroopError('TROOP-1117', { name, id });
      return rows.map((row) => parseReleaseLine(row.line, row.position));
    },
    importSnapshot: (stream) => importSnapshot(pool, stream),
    exportSnapshot: async function* (id, format) {
      const { header } = await describeSnapshot(id);
      yield `${formatSnapshotHeader(header, format)}\n`;
      for await (const release of storedReleases(pool, id)) yield `${formatReleaseLine(release, format)}\n`;
    },
    pruneSnapshots: async (keep) => {
      const count = await execute(pool, deleteSnapshots, [keep]);
      await execute(pool, deleteReleases);
      return count;
    },
  };
}

async function importSnapshot(pool: Pool, stream: AsyncIterable<Uint8Array>): Promise<SavedSnapshot> {
  const lines = snapshotLines(stream);
  try {
    const first = await lines.next();
    const header = parseSnapshotHeader(first.done === true ? '' : first.value);
    const releases = parsedReleases(lines, new Set(header.indexes.map((index) => index.name)));
    return await saveSnapshot(pool, { header, source: 'import', summary: null, releases });
  } finally {
    await lines.return(undefined);
  }
}

async function* parsedReleases(
  lines: AsyncGenerator<string>,
  indexes: ReadonlySet<string>,
): AsyncGenerator<Release> {
  let lineNumber = 1;
  for await (const line of lines) {
    lineNumber += 1;
    const release = parseReleaseLine(line, lineNumber);
    if (!indexes.has(release.index)) {
      const reason = `index "${release.index.slice(0, 80)}" is not in the first line`;
      throw new TroopError('TROOP-1105', { line: lineNumber, reason });
    }
    yield release;
  }
}

async function* storedReleases(pool: Pool, id: string): AsyncGenerator<Release> {
  let last = 0;
  for (;;) {
    const rows = await queryRows(pool, selectLines, [id, last, pageLines]);
    for (const row of rows) yield parseReleaseLine(row.line, row.position + 1);
    if (rows.length < pageLines) return;
    last = rows.at(-1)?.position ?? last;
  }
}

function describe(row: SnapshotRow): SnapshotDescription {
  return {
    id: row.id,
    source: row.source,
    header: parseSnapshotHeader(row.header),
    projects: row.projects,
    releases: row.releases,
    summary: row.summary,
    createdAt: row.created_at,
    savedAt: row.saved_at,
  };
}
