// A cluster's files: made once by initdb, whole or not at all, with a generated password and no other way in.
import { chmod, chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { readNamedTextIfThere } from '../../shared/runtime/named-file.ts';
import { writePrivateFile } from '../../shared/runtime/private-file.ts';
import { newPassword } from './new-password.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { closedDirectory, type RunAs } from './run-as.ts';
import { runCommand } from '../../shared/runtime/run-command.ts';

export const POSTGRES_USER = 'troop';
const INITDB_WITHIN_MS = 120_000;

/** Reads the password; makes it where there is no cluster yet. Throws TROOP-1658. */
export async function clusterPassword(path: string, cluster: string): Promise<string> {
  const text = (await readNamedTextIfThere(path))?.trim();
  if (text !== undefined && text !== '') return text;
  if (await isThere(join(cluster, 'PG_VERSION'))) throw new TroopError('TROOP-1658', { path, cluster });
  const password = newPassword();
  await writePrivateFile(path, `${password}\n`);
  return password;
}

export interface ClusterOptions {
  /** Parent of the cluster; belongs to `user`. */
  readonly directory: string;
  readonly binaries: PostgresBinaries;
  readonly user: RunAs | null;
  readonly password: string;
  readonly signal?: AbortSignal;
}

/** Makes the cluster when there is none; gives its directory. Throws TROOP-1652, TROOP-1653 and TROOP-1657. */
export async function ensureCluster(options: ClusterOptions): Promise<string> {
  const { directory, user } = options;
  const cluster = clusterIn(directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (user !== null) {
    await chown(directory, user.uid, user.gid);
    await chmod(directory, 0o755);
    const closed = await closedDirectory(directory, user);
    if (closed !== null) throw new TroopError('TROOP-1652', { user: user.name, path: closed });
  }
  const version = (await readNamedTextIfThere(join(cluster, 'PG_VERSION')))?.trim();
  if (version === undefined) {
    await initialise(options, cluster);
  } else if (version !== options.binaries.version.split('.')[0]) {
    throw new TroopError('TROOP-1657', { path: cluster, version, ours: options.binaries.version });
  }
  return cluster;
}

export const clusterIn = (directory: string): string => join(directory, 'cluster');

async function initialise(options: ClusterOptions, cluster: string): Promise<void> {
  const { directory, user, binaries } = options;
  // One that was interrupted leaves a draft, never a half cluster.
  const draft = `${cluster}.draft`;
  const passwordFile = join(directory, 'initial-password');
  const as = user === null ? {} : { uid: user.uid, gid: user.gid };
  await rm(draft, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  try {
    await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600, flag: 'wx' });
    if (user !== null) await chown(passwordFile, user.uid, user.gid);
    const argv = [`--pgdata=${draft}`, `--username=${POSTGRES_USER}`, `--pwfile=${passwordFile}`];
    const answer = await runCommand(
      binaries.initdb,
      [...argv, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'],
      {
        timeoutMs: INITDB_WITHIN_MS,
        cwd: '/',
        environment: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
        ...as,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
    );
    options.signal?.throwIfAborted();
    if (answer.exitCode !== 0) {
      const reason = answer.failure ?? answer.stderr.trim().split('\n').slice(-3).join('; ');
      throw new TroopError('TROOP-1653', { reason: reason.slice(0, 500) });
    }
    await rename(draft, cluster);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
