// Writes a snapshot, all of it or nothing: lines gather in a table of the transaction alone and become visible with the
// snapshot's row. Its id is a hash of the content (indexes and releases, in whatever order and whenever made), so saving
// the same content again is the same snapshot.
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { canonicalJson } from '../../../shared/stack/canonical-json.ts';
import type { Release, SnapshotHeader } from '../../../shared/stack/release.ts';
import { formatReleaseLine, formatSnapshotHeader } from '../../../shared/stack/snapshot.ts';
import { transaction } from '../../store/pool.ts';
import { storableJson } from '../../store/storable.ts';
import { repeatedRelease } from '../repeated-release.ts';
import { execute, queryOne, sqlFile, type Queryable } from '../../store/sql-file.ts';

export interface SavedSnapshot {
  readonly id: string;
  /** False when the same content was there already. */
  readonly isNew: boolean;
  readonly projects: number;
  readonly releases: number;
}

export interface SnapshotContent {
  readonly header: SnapshotHeader;
  readonly source: 'sync' | 'import';
  /** Plain JSON; null for an import. */
  readonly summary: unknown;
  /** Read once. */
  readonly releases: AsyncIterable<Release> | Iterable<Release>;
}

/** As long as `allow-time.sql` lets the server take, and a little more. */
const PATIENT = { answerWithinMs: 610_000 };

const allowTime = sqlFile(import.meta.url, 'allow-time.sql');
const createIncoming = sqlFile(import.meta.url, 'create-incoming.sql', PATIENT);
const insertIncoming = sqlFile(import.meta.url, 'insert-incoming.sql', PATIENT);
const lockKnowledge = sqlFile(import.meta.url, 'lock-knowledge.sql', PATIENT);
const insertReleases = sqlFile(import.meta.url, 'insert-releases.sql', PATIENT);
const insertSnapshot = sqlFile<{ is_new: boolean }>(import.meta.url, 'insert-snapshot.sql', PATIENT);
const insertSnapshotReleases = sqlFile(import.meta.url, 'insert-snapshot-releases.sql', PATIENT);

/** A batch is written when it has this many lines or characters. */
const batchLines = 1000;
const batchCharacters = 512 * 1024;

/** Saves the content; the header may come late, when the releases are read. @throws TROOP-1105 when two releases are one version of one index */
export function saveSnapshot(pool: Pool, content: SnapshotContent): Promise<SavedSnapshot> {
  // The releases can be read only once, so a collision is not tried again; the lock keeps them away.
  return transaction(pool, (client) => write(client, content), { attempts: 1 });
}

interface Batch {
  readonly columns: readonly [number[], Buffer[], string[], string[], string[], string[]];
  characters: number;
}

async function write(client: Queryable, content: SnapshotContent): Promise<SavedSnapshot> {
  await execute(client, allowTime);
  await execute(client, createIncoming);
  const digests = new Map<string, string>();
  const names = new Set<string>();
  let batch = emptyBatch();
  let position = 0;
  for await (const release of content.releases) {
    position += 1;
    const line = formatReleaseLine(release);
    // PostgreSQL's JSON holds neither NUL nor half of a surrogate pair.
    if (/\\u0000|\\ud[89a-f]/i.test(line)) throw unstorable(position + 1);
    const digest = createHash('sha256').update(line).digest();
    const identity = `${release.index}\n${release.name}\n${release.version}`;
    const known = digests.get(identity);
    if (known === digest.toString('hex')) continue;
    if (known !== undefined) throw repeatedRelease(release, position + 1);
    digests.set(identity, digest.toString('hex'));
    names.add(release.name);
    const values = [position, digest, release.index, release.name, release.version, line] as const;
    addTo(batch, values);
    if (batch.columns[0].length < batchLines && batch.characters < batchCharacters) continue;
    await execute(client, insertIncoming, batch.columns);
    batch = emptyBatch();
  }
  if (batch.columns[0].length > 0) await execute(client, insertIncoming, batch.columns);
  const id = snapshotId(content.header, [...digests.values()]);
  const counts = { projects: names.size, releases: digests.size };
  return { ...counts, ...(await finish(client, id, content, counts)) };
}

async function finish(
  client: Queryable,
  id: string,
  content: SnapshotContent,
  counts: { projects: number; releases: number },
): Promise<{ id: string; isNew: boolean }> {
  await execute(client, lockKnowledge);
  await execute(client, insertReleases);
  const summary = content.summary === null ? null : storableJson(content.summary);
  const header = formatSnapshotHeader(content.header);
  const values = [id, content.source, header, counts.projects, counts.releases, summary];
  const row = await queryOne(client, insertSnapshot, values);
  const isNew = row?.is_new === true;
  if (isNew) await execute(client, insertSnapshotReleases, [id]);
  return { id, isNew };
}

function emptyBatch(): Batch {
  return { columns: [[], [], [], [], [], []], characters: 0 };
}

function addTo(
  batch: Batch,
  [position, digest, index, name, version, line]: readonly [number, Buffer, string, string, string, string],
): void {
  const [positions, digests, indexes, names, versions, lines] = batch.columns;
  positions.push(position);
  digests.push(digest);
  indexes.push(index);
  names.push(name);
  versions.push(version);
  lines.push(line);
  batch.characters += line.length;
}

/** The time of making and the order of the lines are no content. */
function snapshotId(header: SnapshotHeader, digests: readonly string[]): string {
  const hash = createHash('sha256');
  hash.update(canonicalJson({ format: header.format, version: header.version, indexes: header.indexes }));
  for (const digest of digests.toSorted()) hash.update(`\n${digest}`);
  return `sha256:${hash.digest('hex')}`;
}

function unstorable(line: number): TroopError {
  return new TroopError('TROOP-1105', { line, reason: 'it holds characters that cannot be stored' });
}
