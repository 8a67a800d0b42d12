// What Linux knows about the processes below one, read from /proc. These files are answered from the kernel's memory
// in microseconds, so they are read synchronously: a thread pool would disturb a measurement more than the read does.
import { readFileSync, readdirSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot; tells a process from a later one with the same number. */
  readonly startTicks: string;
}

export interface TreeUse {
  /** Resident bytes of all processes, memory that they share counted once. */
  readonly residentBytes: number;
  readonly processes: number;
}

/** The text of a file of /proc, or null when its process is gone. */
function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

/** Nothing for a process that is gone, and on a system without /proc. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Fields of /proc/PID/stat after the command, which may itself hold spaces and brackets (proc(5)). */
function statFields(pid: number): readonly string[] | null {
  const text = readProc(`/proc/${pid}/stat`);
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** The process behind a number, or null when it is gone or only waits to be reaped. */
export function identify(pid: number): ProcessIdentity | null {
  const fields = statFields(pid);
  const startTicks = fields?.[19];
  if (startTicks === undefined || fields?.[0] === 'Z' || fields?.[0] === 'X') return null;
  return { pid, startTicks };
}

export function isSameProcess(known: ProcessIdentity): boolean {
  return identify(known.pid)?.startTicks === known.startTicks;
}

/** Direct children; those of every thread, since each thread has a list of its own. */
export function childrenOf(pid: number): number[] {
  const children: number[] = [];
  for (const thread of namesIn(`/proc/${pid}/task`)) {
    const text = readProc(`/proc/${pid}/task/${thread}/children`);
    for (const word of text?.split(' ') ?? []) if (/^\d+$/.test(word)) children.push(Number(word));
  }
  return children;
}

/** `root` and everything below it, at most `bound` processes, parents first. */
export function processTree(root: number, bound = 100_000): number[] {
  const found = new Set([root]);
  for (const pid of found) {
    if (found.size >= bound) break;
    for (const child of childrenOf(pid)) found.add(child);
  }
  return [...found];
}

/** Every process on the machine whose initial environment holds the entry `NAME=value`. */
export function processesWithEnvironmentEntry(entry: string): number[] {
  const found: number[] = [];
  for (const name of namesIn('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    if (readProc(`/proc/${name}/environ`)?.split('\0').includes(entry)) found.push(Number(name));
  }
  return found;
}

/** Sums what the given processes hold. Pages of files and shared memory are taken once, as the largest share of one. */
export function treeUse(pids: readonly number[]): TreeUse {
  let privateKibibytes = 0;
  let sharedKibibytes = 0;
  let processes = 0;
  for (const pid of pids) {
    const status = readProc(`/proc/${pid}/status`);
    if (status === null) continue;
    const kibibytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
    privateKibibytes += kibibytes('RssAnon');
    sharedKibibytes = Math.max(sharedKibibytes, kibibytes('RssFile') + kibibytes('RssShmem'));
    processes++;
  }
  return { residentBytes: (privateKibibytes + sharedKibibytes) * 1024, processes };
}
