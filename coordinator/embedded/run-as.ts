// PostgreSQL refuses to run as root. Whoever is not root runs it as themselves; root has it run as another user, who
// must be known to the system by name and must be able to reach the binaries and the data.
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { runCommand } from '../../shared/runtime/run-command.ts';

export interface RunAs {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

const NEW_USER = 'troop-postgres';
const COMMAND = { timeoutMs: 10_000 };

/**
 * Who runs PostgreSQL: null for ourselves. Root takes the owner of an existing cluster, else `postgres`, else a system
 * user made for it, else `nobody`.
 */
export async function chooseUser(clusterDirectory: string): Promise<RunAs | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(clusterDirectory).then(
    (found) => found.uid,
    () => 0,
  );
  if (owner !== 0) return userNamed(String(owner));
  return (
    (await userNamed('postgres')) ??
    (await userNamed(NEW_USER)) ??
    (await makeUser()) ??
    (await userNamed('nobody'))
  );
}

/** The user with this name or number, or null. */
export async function userNamed(name: string): Promise<RunAs | null> {
  const [uid, gid, text] = await Promise.all(
    ['-u', '-g', '-un'].map(async (flag) => {
      const answer = await runCommand('id', [flag, name], COMMAND);
      return answer.exitCode === 0 ? answer.stdout.trim() : null;
    }),
  );
  if (uid === null || gid === null || text === null || uid === undefined || gid === undefined) return null;
  return { uid: Number(uid), gid: Number(gid), name: text ?? name };
}

/** Two families of tools make users; whichever is there. */
async function makeUser(): Promise<RunAs | null> {
  const shadow = ['--system', '--no-create-home', '--user-group', '--shell', '/usr/sbin/nologin', NEW_USER];
  const made = await runCommand('useradd', shadow, COMMAND);
  if (made.exitCode !== 0) {
    await runCommand('adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', NEW_USER], COMMAND);
  }
  return userNamed(NEW_USER);
}

/** The first directory on the way to `path` that the user may not pass through, or null. */
export async function closedDirectory(path: string, user: RunAs): Promise<string | null> {
  const ancestors: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    ancestors.unshift(at);
    if (at === dirname(at)) break;
  }
  for (const directory of ancestors) {
    const found = await stat(directory).catch(() => null);
    if (found !== null && !mayPass(found, user)) return directory;
  }
  return null;
}

/** The owner's bits count for the owner alone, then the group's, then the others'. */
function mayPass(found: { mode: number; uid: number; gid: number }, user: RunAs): boolean {
  if (found.uid === user.uid) return (found.mode & 0o100) !== 0;
  if (found.gid === user.gid) return (found.mode & 0o010) !== 0;
  return (found.mode & 0o001) !== 0;
}
