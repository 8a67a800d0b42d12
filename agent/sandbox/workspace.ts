// A directory of its own for every trial, below the agent's data directory: `<root>/<id>/owner.json` says whose it is,
// `<root>/<id>/files` is what the trial may write. Wiped at its end, and at the next start when there was no proper end.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identifyProcess, isStillRunning, parseIdentity } from '../../shared/runtime/process-identity.ts';
import { namesIn } from '../../shared/runtime/names-in.ts';
import { removeTree } from './remove-tree.ts';

export interface Workspace extends AsyncDisposable {
  /** Absolute when `root` is; empty at first. */
  readonly path: string;
  /** Makes a folder below it, which must be new; gives its path. */
  makeFolder(name: string): Promise<string>;
}

/** `id` names the trial and must be new below `root`: an existing one is wiped first, since nobody else makes it. */
export async function createWorkspace(root: string, id: string): Promise<Workspace> {
  const directory = join(root, id);
  const path = join(directory, 'files');
  await removeTree(directory);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'owner.json'), JSON.stringify(await identifyProcess(process.pid)));
  await mkdir(path);
  const makeFolder = async (name: string): Promise<string> => {
    await mkdir(join(path, name));
    return join(path, name);
  };
  return { path, makeFolder, [Symbol.asyncDispose]: () => removeTree(directory) };
}

/** Removes every workspace below `root` whose process is gone; answers their ids. Those in use are left alone. */
export async function sweepWorkspaces(root: string): Promise<readonly string[]> {
  const swept: string[] = [];
  for (const id of await namesIn(root)) {
    if (await isInUse(join(root, id))) continue;
    await removeTree(join(root, id));
    swept.push(id);
  }
  return swept;
}

async function isInUse(directory: string): Promise<boolean> {
  try {
    const owner = parseIdentity(await readFile(join(directory, 'owner.json'), 'utf8'));
    return owner !== null && (await isStillRunning(owner));
  } catch {
    return false;
  }
}
