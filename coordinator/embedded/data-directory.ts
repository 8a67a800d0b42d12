// The directory of one coordinator (`--data`): its layout, its lock, its version. What holds secrets has mode 0700. As
// root the top lets other users pass, since the database runs as one of them; they can list nothing there.
import { chmod, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { makeFolder } from '../../shared/runtime/make-folder.ts';
import { tryLock } from '../../shared/runtime/file-lock.ts';
import { readNamedTextIfThere } from '../../shared/runtime/named-file.ts';

/** Raised when the layout changes in a way that an older program would misread. */
const LAYOUT_VERSION = 1;

export interface DataDirectory {
  readonly path: string;
  /** Tokens, keys, passwords: mode 0700. */
  readonly secrets: string;
  readonly postgres: string;
  readonly nats: string;
  /** What can be fetched or computed again. */
  readonly cache: string;
  readonly logs: string;
  /** Lets another coordinator have it. */
  release(): Promise<void>;
}

/** Where the data lie when nobody said so. `isRoot` as of this process. */
export function defaultDataDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  isRoot: boolean,
): string {
  const given = environment['TROOP_DATA'];
  if (given !== undefined && given !== '') return resolve(given);
  if (isRoot) return '/var/lib/troop';
  const base = environment['XDG_DATA_HOME'];
  // The specification has relative paths ignored.
  const home = environment['HOME'] ?? homedir();
  return base !== undefined && isAbsolute(base)
    ? join(base, 'troop')
    : join(home, '.local', 'share', 'troop');
}

/** Where things lie, without touching anything: for the CLI beside a running coordinator. */
export function dataDirectoryLayout(path: string): Omit<DataDirectory, 'release'> {
  const top = resolve(path);
  return {
    path: top,
    secrets: join(top, 'secrets'),
    postgres: join(top, 'postgres'),
    nats: join(top, 'nats'),
    cache: join(top, 'cache'),
    logs: join(top, 'logs'),
  };
}

/** Makes the directory where it is missing and holds it for this process. Throws TROOP-1660, TROOP-1661 and TROOP-1662. */
export async function openDataDirectory(path: string): Promise<DataDirectory> {
  const layout = dataDirectoryLayout(path);
  try {
    await makeDataDirectory(layout.path);
  } catch (error) {
    throw unusable(layout.path, error);
  }
  const attempt = await tryLock(join(layout.path, 'lock')).catch((error: unknown) => {
    throw unusable(layout.path, error);
  });
  if (!attempt.held) {
    throw new TroopError('TROOP-1660', { path: layout.path, pid: attempt.holder?.pid ?? 'unknown' });
  }
  try {
    await checkVersion(layout.path);
    for (const part of [layout.secrets, layout.nats, layout.cache, layout.logs]) {
      await makeFolder(part, 0o700);
      await chmod(part, 0o700);
    }
  } catch (error) {
    await attempt.lock.release();
    throw error instanceof TroopError ? error : unusable(layout.path, error);
  }
  return { ...layout, release: () => attempt.lock.release() };
}

/**
 * The top alone. Whoever may pass it has to get there: what is made above it lets him pass too, whatever the mask says.
 * @throws what the system says
 */
export async function makeDataDirectory(top: string): Promise<void> {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  const first = (await makeFolder(top, mode)) ?? top;
  for (let path = top; ; path = dirname(path)) {
    await chmod(path, mode);
    if (path === first) return;
  }
}

async function checkVersion(path: string): Promise<void> {
  const file = join(path, 'version');
  const text = await readNamedTextIfThere(file);
  if (text === null) {
    await writeFile(file, `${LAYOUT_VERSION}\n`, { mode: 0o600 });
    return;
  }
  const version = Number(text.trim());
  if (!Number.isInteger(version) || version < 1) {
    throw new TroopError('TROOP-1662', { path, reason: 'its version file is damaged' });
  }
  if (version > LAYOUT_VERSION) {
    throw new TroopError('TROOP-1661', { path, version, ours: LAYOUT_VERSION });
  }
}

const unusable = (path: string, error: unknown): TroopError =>
  new TroopError(
    'TROOP-1662',
    { path, reason: error instanceof Error ? error.message : String(error) },
    { cause: error },
  );
