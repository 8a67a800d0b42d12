// Whether a process noted in a file is still that process: a pid is used again after a while, so it counts only
// together with the time at which the process started.
import { readFile } from 'node:fs/promises';
import { runCommand } from './run-command.ts';

/** A process as a lock or pid file names it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own words; two processes with one pid differ in it. */
  readonly startedAt: string;
}

/** Who has this pid now, or null when nobody does (a zombie counts as nobody). */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | null> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  const startedAt = process.platform === 'linux' ? await startOnLinux(pid) : await startByPs(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** Whether the process that `identity` names still runs. */
export async function isStillRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(identity.pid))?.startedAt === identity.startedAt;
}

/** Reads what `JSON.stringify` of an identity wrote, alone or as part of a larger object. */
export function parseIdentity(text: string): ProcessIdentity | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    if (!('pid' in value) || typeof value.pid !== 'number') return null;
    if (!('startedAt' in value) || typeof value.startedAt !== 'string') return null;
    return { pid: value.pid, startedAt: value.startedAt };
  } catch {
    return null;
  }
}

/** Start in clock ticks since boot, with the boot's own id (proc(5), field 22 of stat). */
async function startOnLinux(pid: number): Promise<string | null> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The command's name stands in brackets and may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    const ticks = fields[19];
    if (state === 'Z' || state === 'X' || ticks === undefined) return null;
    return `${boot.trim()}/${ticks}`;
  } catch {
    return null;
  }
}

async function startByPs(pid: number): Promise<string | null> {
  const answer = await runCommand('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { timeoutMs: 5_000 });
  const text = answer.stdout.trim();
  return answer.exitCode !== 0 || text === '' || text.startsWith('Z') ? null : text.replace(/^\S+\s+/, '');
}

/** The words of a running process's command line; empty when it is gone or may not be seen. */
export async function commandLineOf(pid: number): Promise<readonly string[]> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text.split('\0').filter((word) => word !== '');
  }
  const answer = await runCommand('ps', ['-o', 'command=', '-p', String(pid)], { timeoutMs: 5_000 });
  return answer.stdout.trim().split(/\s+/);
}
