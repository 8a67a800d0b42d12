// Processor time of this process, of the programs that it started, and of the database's processes: what work costs, whoever
// else uses the machine. Linux alone.
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import type { Pool } from 'pg';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

interface Seen {
  readonly parentPid: number;
  readonly ms: number;
}

/** Milliseconds so far, by process; those that have ended count no more. */
export async function processorTimes(pool: Pool): Promise<ReadonlyMap<number, number>> {
  const backends = await pool.query<{ pid: number }>(
    'select pid from pg_stat_activity where datname = current_database()',
  );
  const all = await allProcesses();
  const pids = [...backends.rows.map(({ pid }) => pid), ...familyOf(process.pid, all)];
  return new Map(pids.map((pid) => [pid, all.get(pid)?.ms ?? 0]));
}

/** Milliseconds that all processes together took between the two. */
export function processorMsBetween(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
): number {
  return [...after].reduce((total, [pid, ms]) => total + ms - (before.get(pid) ?? 0), 0);
}

async function allProcesses(): Promise<ReadonlyMap<number, Seen>> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const seen = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')] as const),
  );
  return new Map(seen.filter(([, stat]) => stat !== '').map(([pid, stat]) => [pid, parsed(stat)]));
}

/** The name of the program, which may hold anything, lies before the last bracket. */
function parsed(stat: string): Seen {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { parentPid: Number(fields[1]), ms: (1000 * ticks) / TICKS_PER_SECOND };
}

function familyOf(root: number, all: ReadonlyMap<number, Seen>): readonly number[] {
  const children = [...all].filter(([, { parentPid }]) => parentPid === root).map(([pid]) => pid);
  return [root, ...children.flatMap((pid) => familyOf(pid, all))];
}
