// A file of knowledge as the lines of a snapshot: a snapshot as it is, a document of Thoth's solver (or a folder of them)
// converted.
import { createReadStream } from 'node:fs';
import { open, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { formatReleaseLine, formatSnapshotHeader } from '../../shared/stack/snapshot.ts';
import { looksLikeSolverDocument, readSolverDocuments } from './solver-document.ts';
import { unreadable } from '../../shared/runtime/named-file.ts';

export interface KnowledgeFile {
  /** Lines of a snapshot, maybe compressed. */
  readonly content: Readable;
  /** What the file tells that is not taken. */
  readonly notes: readonly string[];
}

const MAX_DOCUMENTS = 10_000;
const MAX_BYTES = 512 * 1024 * 1024;

/** @throws TROOP-1008, and TROOP-2008 for a solver document that is not whole */
export async function openKnowledgeFile(path: string): Promise<KnowledgeFile> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return await converted(await documentsOf(path));
    if (looksLikeSolverDocument(await startOf(path))) return await converted([path]);
  } catch (error) {
    throw error instanceof TroopError ? error : unreadable(path, error);
  }
  return { content: createReadStream(path), notes: [] };
}

async function documentsOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  const paths = files.map(({ name }) => join(folder, name)).toSorted();
  if (paths.length > 0 && paths.length <= MAX_DOCUMENTS) return paths;
  const reason =
    paths.length === 0 ? 'the folder holds no files' : `it holds more than ${MAX_DOCUMENTS} files`;
  throw new TroopError('TROOP-2008', { file: folder, place: 'the folder', reason });
}

async function startOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}

const SHOWN = 20;

function someOf(items: readonly string[]): readonly string[] {
  const more = items.length - SHOWN;
  return more > 0 ? [...items.slice(0, SHOWN), `and ${more} more`] : items;
}

async function converted(paths: readonly string[]): Promise<KnowledgeFile> {
  let bytes = 0;
  const documents: { text: string; file: string }[] = [];
  for (const file of paths) {
    bytes += (await stat(file)).size;
    if (bytes > MAX_BYTES) {
      const reason = `all documents together are longer than ${MAX_BYTES} bytes`;
      throw new TroopError('TROOP-2008', { file, place: 'the whole', reason });
    }
    documents.push({ text: await readFile(file, 'utf8'), file });
  }
  const { header, releases, failed, legacy } = readSolverDocuments(documents);
  const lines = [formatSnapshotHeader(header), ...releases.map((release) => formatReleaseLine(release))];
  const notes = [
    `${releases.length} releases of ${documents.length} solver documents; their files are not known`,
    ...someOf(failed).map((one) => `not taken, it did not install: ${one}`),
    ...someOf(legacy).map((one) => `not taken, its version is none of PEP 440: ${one}`),
  ];
  return { content: Readable.from(lines.map((line) => Buffer.from(`${line}\n`))), notes };
}
