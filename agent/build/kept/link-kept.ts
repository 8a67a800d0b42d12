// Puts what is kept into an environment: hard links, and the few files that name the environment written anew. No process is
// started. It is the last thing that is done to an environment: whatever may write there has ended before, so that nothing that
// is kept can be changed through a link.
import { createHash } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dirname } from 'node:path/posix';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { createBreather, type Breather } from '../../../shared/runtime/breather.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import { isErrnoError } from '../errno.ts';
import type { KeptEntry, OwnFile } from './kept-entry.ts';
import type { KeptStore } from './kept-store.ts';

/** By id. */
export type KeptEntries = ReadonlyMap<string, KeptEntry>;

export interface LinkOptions {
  readonly store: KeptStore;
  readonly clock: Clock;
  readonly prefix: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

/** For so long nobody else in the agent runs: calls that take microseconds each are quickest one after the other. */
const SLICE_MS = 5;

/** What is kept cannot be used here: the tool has to install it. */
export class KeptUnusable extends Error {}

/**
 * KeptUnusable when two of them bring the same path, or one is there already; and when one cannot be linked, which is dropped then.
 * What was put there by then stays.
 */
export async function linkKept(entries: KeptEntries, options: LinkOptions): Promise<void> {
  assertApart(entries);
  const { clock, signal } = options;
  const breather = createBreather(clock, SLICE_MS);
  const folders = new Set<string>(['.']);
  for (const [id, entry] of entries) await linkEntry(id, entry, { ...options, breather, folders });
  signal.throwIfAborted();
}

function assertApart(entries: KeptEntries): void {
  const seen = new Set<string>();
  for (const { files, own, links } of entries.values()) {
    for (const path of [...files, ...[...own, ...links].map((one) => one.path)]) {
      if (seen.has(path)) throw new KeptUnusable(`${path} is brought by two of them`);
      seen.add(path);
    }
  }
}

interface Linking extends LinkOptions {
  readonly breather: Breather;
  /** That are there. */
  readonly folders: Set<string>;
}

async function linkEntry(id: string, entry: KeptEntry, linking: Linking): Promise<void> {
  const { breather, folders, prefix, signal, store } = linking;
  try {
    for (const folder of entry.folders) makeFolder(prefix, folder, folders);
    for (const { path, target } of entry.links) {
      makeFolder(prefix, dirname(path), folders);
      symlinkSync(target, join(prefix, path));
    }
    writeOwn(entry, linking);
    for (const [index, path] of entry.files.entries()) {
      makeFolder(prefix, dirname(path), folders);
      linkSync(store.pathOf(id, index), join(prefix, path));
      const pause = breather.pause();
      if (pause === undefined) continue;
      await pause;
      signal.throwIfAborted();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (isErrnoError(error, 'ENOSPC') || isErrnoError(error, 'EDQUOT')) {
      throw new TroopError('TROOP-1405', { reason: (error as Error).message }, { cause: error });
    }
    // Else something is missing in it, or it has as many links as a file may have.
    const isInTheWay = isErrnoError(error, 'EEXIST') || isErrnoError(error, 'ENOTDIR');
    if (!isInTheWay) await store.drop(id).catch(() => {});
    throw new KeptUnusable(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Whoever makes one that is there already made another's: the tool may have, of the same package. */
function makeFolder(prefix: string, folder: string, folders: Set<string>): void {
  if (folders.has(folder)) return;
  mkdirSync(join(prefix, folder), { recursive: true });
  for (let one = folder; !folders.has(one); one = dirname(one)) folders.add(one);
}

/** RECORD last, of which every other one changes a line. */
function writeOwn({ own, key }: KeptEntry, linking: Linking): void {
  const { folders, prefix } = linking;
  const changed: [string, string][] = [];
  const ordered = own.toSorted((left, right) => Number(isRecord(left)) - Number(isRecord(right)));
  for (const file of ordered) {
    let content = file.content.replaceAll(key, linking.key);
    if (isRecord(file)) for (const [before, after] of changed) content = content.replaceAll(before, after);
    else if (content !== file.content) changed.push([digestOf(file.content), digestOf(content)]);
    const path = join(prefix, file.path);
    makeFolder(prefix, dirname(file.path), folders);
    writeFileSync(path, content, { encoding: 'latin1', flag: 'wx' });
    chmodSync(path, file.mode);
    utimesSync(path, file.modifiedMs / 1000, file.modifiedMs / 1000);
  }
}

const isRecord = ({ path }: OwnFile): boolean => path.endsWith('.dist-info/RECORD');

/** As RECORD says it. */
const digestOf = (content: string): string =>
  `sha256=${createHash('sha256').update(content, 'latin1').digest('base64url')}`;
