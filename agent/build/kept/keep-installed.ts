// After a tool has installed wheels into an empty environment, and their sources are compiled: keeps what each of them put there,
// and the empty environment, for the builds to come. Only what is understood to the last file is kept; the rest is installed by the
// tool again, every time.
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openFileSource } from '../../../shared/runtime/byte-source.ts';
import { createBreather, type Breather } from '../../../shared/runtime/breather.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import { zipEntries } from '../../../shared/runtime/zip-directory.ts';
import { fileOwners, type Claim, type Owners, type Tree } from './file-owners.ts';
import { installedPaths, type Unusual, type WheelPaths } from './installed-paths.ts';
import { MAXIMUM_OWN_BYTES, type KeptEntry, type OwnFile } from './kept-entry.ts';
import type { KeptStore } from './kept-store.ts';
import { readTree } from './read-tree.ts';

export interface InstalledWheel {
  /** In the store of what is kept. */
  readonly id: string;
  readonly filename: string;
  /** Of the wheel itself. */
  readonly path: string;
}

/** An environment as it was before anything was installed into it. */
export interface EmptyEnvironment {
  readonly id: string;
  readonly tree: Tree;
  /** Null when it is kept already, or cannot be. */
  readonly entry: Omit<KeptEntry, 'bytes'> | null;
}

export interface KeepOptions {
  readonly store: KeptStore;
  readonly clock: Clock;
  readonly prefix: string;
  /** Of the environment. */
  readonly key: string;
  readonly empty: EmptyEnvironment;
  readonly wheels: readonly InstalledWheel[];
  /** What the compiler said of sources that do not compile. */
  readonly compilerOutput: string;
  readonly say: (line: string) => void;
}

const MAXIMUM_RECORD_BYTES = 16 * 1024 ** 2;

/** Never rejects for what cannot be kept: it says so, and the environment is good all the same. */
export async function keepInstalled(options: KeepOptions): Promise<void> {
  const { clock, empty, prefix, say, wheels } = options;
  const breather = createBreather(clock);
  try {
    const tree = await readTree(prefix, breather);
    const { claims, unusual } = await claimsOf(wheels, tree, prefix);
    for (const { filename, reason } of unusual) say(`${filename} is not kept: ${reason}`);
    const excused = options.compilerOutput;
    const owners = fileOwners(
      tree,
      empty.tree,
      claims,
      (path) => path.includes('/tests/') || excused.includes(join(prefix, path)),
    );
    const [stray] = owners.stray;
    if (stray !== undefined) {
      say(`nothing is kept: where ${stray} came from is not known`);
      return;
    }
    await keepEmpty(owners, options);
    for (const { id, filename } of wheels) {
      const claim = claims.find((one) => one.id === id);
      const reason =
        claim === undefined ? 'it is not understood' : await keepWheel(claim, owners, options, breather);
      if (reason !== null) say(`${filename} is not kept: ${reason}`);
    }
  } catch (error) {
    say(`nothing more is kept: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** An environment before anything is installed into it; null entry where it is too large to be written anew each time. */
export async function readEmpty(
  prefix: string,
  key: string,
  id: string,
  clock: Clock,
): Promise<EmptyEnvironment> {
  const tree = await readTree(prefix, createBreather(clock));
  const links = tree.links.map((path) => ({ path, target: readlinkSync(join(prefix, path)) }));
  const own = ownFiles(prefix, tree.files);
  const entry = own === null ? null : { key, files: [], own, folders: tree.folders, links };
  return { id, tree, entry };
}

async function keepEmpty({ emptyByteCode, refused }: Owners, options: KeepOptions): Promise<void> {
  const { empty, prefix, store } = options;
  if (empty.entry === null || refused.has('')) return;
  const byteCode = ownFiles(prefix, emptyByteCode);
  if (byteCode === null) return;
  await store.keep(empty.id, prefix, { ...empty.entry, own: [...empty.entry.own, ...byteCode] });
}

/** Why it was not kept, or null. */
async function keepWheel(
  claim: Claim,
  { owned, refused }: Owners,
  { prefix, key, store }: KeepOptions,
  breather: Breather,
): Promise<string | null> {
  const { id, information } = claim;
  const mine = owned.get(id);
  if (mine === undefined) return refused.get(id) ?? 'it is not understood';
  for (const { path, size } of claim.files) {
    if (size !== null && lstatSync(join(prefix, path)).size !== size) return `${path} has another size`;
    await breather.pause();
  }
  const written = mine.files.filter((path) => mayHoldPath(path, claim) && holds(join(prefix, path), key));
  const record = `${information}/RECORD`;
  // Its lines of files that are written anew are written anew.
  const isNamed = written.length > 0 && !written.includes(record);
  const own = ownFiles(prefix, isNamed ? [...written, record] : written);
  if (own === null) return 'too much of it names the environment';
  const isOwn = new Set(own.map(({ path }) => path));
  const files = mine.files.filter((path) => !isOwn.has(path));
  await store.keep(id, prefix, { key, files, own, folders: mine.folders, links: [] });
  return null;
}

async function claimsOf(
  wheels: readonly InstalledWheel[],
  tree: Tree,
  prefix: string,
): Promise<{ claims: readonly Claim[]; unusual: readonly { filename: string; reason: string }[] }> {
  const claims: Claim[] = [];
  const unusual: { filename: string; reason: string }[] = [];
  const python = tree.folders.find(
    (path) => /^lib\/[^/]+$/.test(path) && tree.folders.includes(`${path}/site-packages`),
  );
  if (python === undefined) return { claims, unusual };
  const folders = { site: `${python}/site-packages`, headers: `include/site/${python.slice('lib/'.length)}` };
  for (const { id, filename, path } of wheels) {
    const paths = await pathsOf(path, folders);
    if ('unusual' in paths) unusual.push({ filename, reason: paths.unusual });
    else claims.push({ ...paths, id, scripts: await scriptsIn(join(prefix, paths.information, 'RECORD')) });
  }
  return { claims, unusual };
}

async function pathsOf(
  path: string,
  folders: Parameters<typeof installedPaths>[1],
): Promise<WheelPaths | Unusual> {
  const source = await openFileSource(path);
  try {
    return installedPaths(await zipEntries(source), folders);
  } catch (error) {
    if (error instanceof RangeError) return { unusual: error.message };
    throw error;
  } finally {
    await source.close();
  }
}

/** Programs for which the installer wrote a script: it adds them to RECORD. What is named otherwise is nobody's, and so not kept. */
async function scriptsIn(record: string): Promise<readonly string[]> {
  if ((await stat(record)).size > MAXIMUM_RECORD_BYTES) throw new RangeError(`${record} is too large`);
  const text = await readFile(record, 'utf8');
  return [...text.matchAll(/^\.\.\/\.\.\/\.\.\/(bin\/[^",/\r\n]+),/gm)].map(([, path = '']) => path);
}

/** Where installers write by themselves: scripts, and what they note beside the metadata. */
function mayHoldPath(path: string, { information }: Claim): boolean {
  return path.startsWith('bin/') || path.startsWith(`${information}/`);
}

/** What is larger is a program that the wheel holds, and no script. */
function holds(path: string, key: string): boolean {
  if (lstatSync(path).size > MAXIMUM_OWN_BYTES) return false;
  return readFileSync(path).includes(key);
}

/** Null when they are too large together. */
function ownFiles(prefix: string, paths: readonly string[]): readonly OwnFile[] | null {
  const own: OwnFile[] = [];
  let bytes = 0;
  for (const path of paths) {
    const { size, mode, mtimeMs } = lstatSync(join(prefix, path));
    bytes += size;
    if (bytes > MAXIMUM_OWN_BYTES) return null;
    const content = readFileSync(join(prefix, path), 'latin1');
    own.push({ path, mode: mode & 0o7777, modifiedMs: mtimeMs, content });
  }
  return own;
}
