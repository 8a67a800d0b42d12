// Which life of the agent this is: a number in the state folder, raised at each start before anything is claimed. The
// coordinator then need not wait for a process that was killed: it hears from a later life that the earlier is over. The
// folder's lock is held by the caller, so that no two lives run at once.
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { AgentLife } from '../../shared/inspection/agent-life.ts';
import { readBoundedText, SMALL_FILE_BYTES } from '../../shared/runtime/bounded-file.ts';
import { makeFolder } from '../../shared/runtime/make-folder.ts';
import { writePrivateFile } from '../../shared/runtime/private-file.ts';
import { LifeSchema, MAXIMUM_NUMBER } from '../../shared/protocol/common.ts';

const StoredSchema = Type.Object({
  formatVersion: Type.Literal(1),
  ...LifeSchema.properties,
  /** Which folder it was written in: a copy of the folder is another one, and another agent may run in the first. */
  folder: Type.String(),
});
type Stored = Static<typeof StoredSchema>;

const check = Compile(StoredSchema);

/**
 * Begins the next life; once this resolves it is safe on disk. A folder that was copied, restored or never lived in
 * begins a series of its own. Rejects with the error of the file system when it cannot be written.
 */
export async function beginLife(path: string): Promise<AgentLife> {
  await makeFolder(dirname(path), 0o700);
  const folder = await identityOf(dirname(path));
  const last = await readStored(path);
  const goesOn = last !== null && last.folder === folder && last.number < MAXIMUM_NUMBER;
  const life: AgentLife = goesOn
    ? { series: last.series, number: last.number + 1 }
    : { series: randomUUID(), number: 1 };
  const stored: Stored = { formatVersion: 1, ...life, folder };
  await writePrivateFile(path, JSON.stringify(stored));
  return life;
}

/** Not the same for a copy: neither inode nor time of birth is copied. */
async function identityOf(folder: string): Promise<string> {
  const { ino, birthtimeNs } = await stat(folder, { bigint: true });
  return `${ino}/${birthtimeNs}`;
}

/** Null when there is none, or none that can be read: then a new series begins. */
async function readStored(path: string): Promise<Stored | null> {
  try {
    const value: unknown = JSON.parse(await readBoundedText(path, SMALL_FILE_BYTES));
    return check.Check(value) ? value : null;
  } catch {
    return null;
  }
}
