// Processes that belong to a directory: whoever names it on the command line or in the environment, or works in it.
// Linux alone, where /proc tells.
import { readdir, readFile, readlink } from 'node:fs/promises';

export interface FoundProcess {
  readonly pid: number;
  /** Words joined with spaces. */
  readonly commandLine: string;
}

/** All of them except this process and its ancestors. */
export async function processesOf(directory: string): Promise<readonly FoundProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => lookAt(pid, directory)));
  return found.filter((one) => one !== null);
}

async function lookAt(pid: number, directory: string): Promise<FoundProcess | null> {
  if (pid === process.pid || pid === process.ppid) return null;
  const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [commandLine, environment, cwd] = await Promise.all([
    read('cmdline'),
    read('environ'),
    readlink(`/proc/${pid}/cwd`).catch(() => ''),
  ]);
  if (!`${commandLine}\0${environment}\0${cwd}`.includes(directory)) return null;
  return { pid, commandLine: commandLine.split('\0').join(' ').trim() };
}

/** 0 and less mean whole groups of processes, our own among them. */
function checkPid(pid: number): void {
  if (!Number.isInteger(pid) || pid <= 1) throw new Error(`${pid} is the number of no process of a test`);
}

/** Ends exactly this process, at once; true when it was there. */
export function killNow(pid: number): boolean {
  checkPid(pid);
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** Stops exactly these processes where they are, as if they were asleep. */
export function stopAsleep(pids: readonly number[]): void {
  pids.forEach(checkPid);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
}

/** Lets them go on; those that have ended meanwhile are left alone. */
export function wakeUp(pids: readonly number[]): void {
  pids.forEach(checkPid);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      // Gone.
    }
  }
}
