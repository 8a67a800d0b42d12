// What the programs of the bench share: times, rates, memory, and how much of a processor they had.
import { readFileSync } from 'node:fs';

/** Times and rates by the wall clock, and the same by processor time, which says more on a machine that others use too. */
export class Meter {
  readonly wall: Record<string, number> = {};
  readonly processor: Record<string, number> = {};

  /** Milliseconds of one call. */
  time<T>(name: string, call: () => T): T {
    const { result, wallMs, processorMs } = measured(call);
    this.wall[name] = rounded(wallMs);
    this.processor[name] = rounded(processorMs);
    return result;
  }

  /** Calls a second, after a tenth of the calls to warm up. */
  rate(name: string, times: number, call: (index: number) => void): void {
    for (let index = 0; index < times / 10; index++) call(index);
    const { wallMs, processorMs } = measured(() => {
      for (let index = 0; index < times; index++) call(index);
    });
    this.wall[name] = Math.round((times / wallMs) * 1000);
    this.processor[name] = Math.round((times / processorMs) * 1000);
  }
}

function measured<T>(call: () => T): {
  readonly result: T;
  readonly wallMs: number;
  readonly processorMs: number;
} {
  const processor = process.cpuUsage();
  const wall = performance.now();
  const result = call();
  const wallMs = performance.now() - wall;
  const { user, system } = process.cpuUsage(processor);
  return { result, wallMs, processorMs: (user + system) / 1000 };
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

/** The most memory that this process has had, in MiB. */
export function peakMiB(): number {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
  return Math.round(Number(line?.[1] ?? NaN) / 1024);
}

export function rssMiB(): number {
  return Math.round(process.memoryUsage.rss() / 2 ** 20);
}

/** Processor time of this process by its wall time: below 1 where others took the processor. */
export function processorShare(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / process.uptime() / 10_000) / 100;
}

export function print(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
