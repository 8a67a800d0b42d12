// Messages on disk until the coordinator says that they are committed; a broker's ack is not that. A message is
// written whole (temporary name, fsync, rename) before anybody is told that it exists, so that kill -9 loses nothing.
import { Packr } from 'msgpackr';
import type { DurableChannel } from '../../shared/broker/broker.ts';
import { createAnnouncement } from '../../shared/runtime/announcement.ts';
import { spoolFolder, type SpoolFiles } from './spool-files.ts';

export interface SpooledMessage {
  /** `<job>.<epoch>.<kind>.<n>` */
  readonly id: string;
  readonly channel: DurableChannel;
  readonly jobId: string;
  readonly body: Uint8Array;
}

export interface Spool {
  /** Resolves once the message is safe on disk; the same id again replaces it. */
  put(message: SpooledMessage): Promise<void>;
  /** Ids in the order in which they were put. */
  pending(): readonly string[];
  /** Null when it was committed meanwhile. */
  read(id: string): Promise<SpooledMessage | null>;
  /** Takes committed messages out; unknown ids are ignored. */
  remove(ids: readonly string[]): Promise<void>;
  /** Resolves when a message was put or removed after this call, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void>;
}

const packr = new Packr({ useRecords: false });
const ENDING = '.message';

/** Opens (and makes) the spool in `folder`; what an earlier life of the agent left is pending again. */
export async function openSpool(folder: string): Promise<Spool> {
  return await openSpoolOn(await spoolFolder(folder));
}

export async function openSpoolOn(store: SpoolFiles): Promise<Spool> {
  const { files, lastSequence } = await findMessages(store);
  const change = createAnnouncement();
  let sequence = lastSequence;

  const put = async (message: SpooledMessage): Promise<void> => {
    sequence += 1;
    const name = `${String(sequence).padStart(12, '0')}_${message.id}${ENDING}`;
    await store.write(name, packr.pack(message));
    const earlier = files.get(message.id);
    // A replaced message takes the place of a new one, here as after a restart.
    files.delete(message.id);
    files.set(message.id, name);
    if (earlier !== undefined) await store.remove(earlier);
    change.announce();
  };

  const read = async (id: string): Promise<SpooledMessage | null> => {
    const name = files.get(id);
    if (name === undefined) return null;
    const bytes = await store.read(name);
    return bytes === null ? null : (packr.unpack(bytes) as SpooledMessage);
  };

  const remove = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) {
      const name = files.get(id);
      if (name === undefined) continue;
      files.delete(id);
      await store.remove(name);
    }
    change.announce();
  };

  return { put, pending: () => [...files.keys()], read, remove, changed: (signal) => change.next(signal) };
}

/** Id → file name, oldest first; what was being written when the agent died is thrown away. */
async function findMessages(
  store: SpoolFiles,
): Promise<{ files: Map<string, string>; lastSequence: number }> {
  const files = new Map<string, string>();
  let lastSequence = 0;
  for (const name of (await store.list()).toSorted()) {
    const match = /^(\d{12})_(.+)\.message$/.exec(name);
    if (match?.[1] === undefined || match[2] === undefined) {
      await store.remove(name);
      continue;
    }
    lastSequence = Number.parseInt(match[1], 10);
    const [, , id] = match;
    const replaced = files.get(id);
    // The agent died between writing a message anew and taking the older one away.
    if (replaced !== undefined) await store.remove(replaced);
    files.delete(id);
    files.set(id, name);
  }
  return { files, lastSequence };
}
