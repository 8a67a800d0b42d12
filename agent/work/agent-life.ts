// Which life of the agent this is: a number in the state folder, raised at each start before anything is claimed. The
// coordinator then need not wait for a process that was killed: it hears from a later life that the earlier is over. The
// folder's lock is held by the caller, so that no two lives run at once.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { AgentLife } from '../../shared/inspection/agent-life.ts';
import { LifeSchema, MAXIMUM_LIFE_NUMBER } from '../../shared/protocol/common.ts';

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
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const folder = await identityOf(dirname(path));
  const last = await readStored(path);
  const goesOn = last !== null && last.folder === folder && last.number < MAXIMUM_LIFE_NUMBER;
  const life: AgentLife = goesOn
    ? { series: last.series, number: last.number + 1 }
    : { series: randomUUID(), number: 1 };
  await writeStored(path, { formatVersion: 1, ...life, folder });
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
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return check.Check(value) ? value : null;
  } catch {
    return null;
  }
}

async function writeStored(path: string, stored: Stored): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(stored));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  // A number that is forgotten with the power would be given twice.
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
