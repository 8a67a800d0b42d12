// What a sync has learned already, so that an interrupted one goes on where it was and a second one asks for nothing
// twice. Keys name content: nothing here goes stale.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { execute, queryOne, queryRows, sqlFile, type Queryable } from '../../store/sql-file.ts';
import type { ProjectFile } from '../index/index-client.ts';
import type { LearnedMetadata } from '../metadata/metadata-text.ts';

export interface SyncMemory {
  /** What is known already of these files, by `fileKey`; null: only a build could tell. */
  metadataOf(keys: readonly string[]): Promise<ReadonlyMap<string, LearnedMetadata | null>>;
  keepMetadata(key: string, learned: LearnedMetadata | null): Promise<void>;
  /** SHA-256 and size of a file on this machine's disk; read only when it is not known or the file has changed. */
  folderFile(path: string, signal: AbortSignal): Promise<{ sha256: string; size: number }>;
}

/** Names the content of a file: by its hash, else by where it lies and how large and old it is. */
export function fileKey(file: ProjectFile): string {
  if (file.sha256 !== null) return `sha256:${file.sha256}`;
  const place = `${file.url}\n${file.size ?? ''}\n${file.uploadTime ?? ''}`;
  return `place:${createHash('sha256').update(place).digest('hex')}`;
}

const selectMetadata = sqlFile<{ file_key: string; learned: LearnedMetadata | null }>(
  import.meta.url,
  'select-metadata.sql',
);
const upsertMetadata = sqlFile(import.meta.url, 'upsert-metadata.sql');
const selectFolderFile = sqlFile<{ sha256: string }>(import.meta.url, 'select-folder-file.sql');
const upsertFolderFile = sqlFile(import.meta.url, 'upsert-folder-file.sql');

export function openSyncMemory(database: Queryable): SyncMemory {
  return {
    metadataOf: async (keys) => {
      if (keys.length === 0) return new Map();
      const rows = await queryRows(database, selectMetadata, [keys]);
      return new Map(rows.map((row) => [row.file_key, row.learned]));
    },
    keepMetadata: async (key, learned) => {
      await execute(database, upsertMetadata, [key, JSON.stringify(learned)]);
    },
    folderFile: async (path, signal) => {
      const { size, mtimeNs } = await stat(path, { bigint: true });
      const modified = mtimeNs.toString();
      const known = await queryOne(database, selectFolderFile, [path, size.toString(), modified]);
      if (known !== null) return { sha256: known.sha256, size: Number(size) };
      const sha256 = await hashOf(path, signal);
      await execute(database, upsertFolderFile, [path, size.toString(), modified, sha256]);
      return { sha256, size: Number(size) };
    },
  };
}

async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const content = createReadStream(path, { signal, highWaterMark: 1024 * 1024 });
  for await (const chunk of content) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
