// What a process uses while one looks on, as /proc says it. Linux alone.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessUse {
  readonly residentMB: number;
  /** Of one core, all threads together. */
  readonly cpuPercent: number;
}

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Of all these processes over the same `seconds`, in their order. */
export async function watchUse(pids: readonly number[], seconds: number): Promise<readonly ProcessUse[]> {
  const startedMs = performance.now();
  const before = await Promise.all(pids.map(cpuTicks));
  await sleep(seconds * 1000);
  const after = await Promise.all(pids.map(cpuTicks));
  const passedSeconds = (performance.now() - startedMs) / 1000;
  return await Promise.all(
    pids.map(async (pid, index) => {
      const ticks = (after[index] ?? NaN) - (before[index] ?? NaN);
      return {
        residentMB: await residentMB(pid),
        cpuPercent: (100 * ticks) / TICKS_PER_SECOND / passedSeconds,
      };
    }),
  );
}

/** utime + stime; the name of the program, which may hold anything, lies before the last bracket. */
async function cpuTicks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

async function residentMB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / 1e6;
}
