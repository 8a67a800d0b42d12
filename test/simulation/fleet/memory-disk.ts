// The spool's folder of one machine, in memory: it outlives the process, keeps whole files alone, and may be full.
import type { SpoolFiles } from '../../../agent/work/spool-files.ts';

export interface MemoryDisk {
  readonly files: SpoolFiles;
  readonly names: () => readonly string[];
  setFull(isFull: boolean): void;
}

/** `takeTime` passes before a file is there; `onWritten` hears of every file that is. */
export function createMemoryDisk(options: {
  readonly takeTime: () => Promise<void>;
  readonly onWritten: (name: string) => void;
}): MemoryDisk {
  const contents = new Map<string, Uint8Array>();
  let isFull = false;
  return {
    names: () => [...contents.keys()],
    setFull: (now) => {
      isFull = now;
    },
    files: {
      list: () => Promise.resolve([...contents.keys()]),
      write: async (name, bytes) => {
        await options.takeTime();
        if (isFull) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        contents.set(name, Uint8Array.from(bytes));
        options.onWritten(name);
      },
      read: (name) => Promise.resolve(contents.get(name) ?? null),
      remove: (name) => {
        contents.delete(name);
        return Promise.resolve();
      },
    },
  };
}
