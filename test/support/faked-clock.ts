// A wall clock of its own for a process and what it starts, which a test can set forward and back while it runs: libfaketime
// where the machine has it. Only the wall clock jumps, as it does when somebody sets it; the monotonic one goes on.
import { access, chmod, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FakedClock {
  /** What a process needs in its environment to live by this clock. */
  readonly environment: Readonly<Record<string, string>>;
  /** From now on it is so far from the machine's own. */
  setAheadBy(hours: number): Promise<void>;
}

const LIBRARY = 'libfaketimeMT.so.1';

/** Path of the library, or null. */
export async function findFaketime(): Promise<string | null> {
  const folders = ['/usr/lib', '/usr/local/lib', '/usr/lib64'];
  const triples = (await readdir('/usr/lib').catch(() => [])).filter((name) => name.includes('-linux-'));
  for (const folder of [...folders, ...triples.map((name) => join('/usr/lib', name))]) {
    const path = join(folder, 'faketime', LIBRARY);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}

/** `file` says how far the clock is off; whoever lives by it must be able to read it. */
export async function createFakedClock(library: string, file: string): Promise<FakedClock> {
  const setAheadBy = async (hours: number): Promise<void> => {
    await writeFile(`${file}.new`, `${hours < 0 ? '-' : '+'}${Math.abs(hours)}h\n`, { mode: 0o644 });
    await rename(`${file}.new`, file);
  };
  await setAheadBy(0);
  return {
    setAheadBy,
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DISABLE_SHM: '1',
      // Files are dated by the kernel, which knows nothing of this.
      NO_FAKE_STAT: '1',
    },
  };
}

/** A folder of PostgreSQL's programs that start the given ones under the environment. */
export async function wrappedPrograms(
  folder: string,
  programs: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  const words = Object.entries(environment).map(([name, value]) => `${name}='${value}'`);
  for (const [name, path] of Object.entries(programs)) {
    const script = join(folder, 'bin', name);
    await writeFile(script, `#!/bin/sh\nexec env ${words.join(' ')} '${path}' "$@"\n`);
    await chmod(script, 0o755);
  }
  return folder;
}
