// What else the machine did during a block, from /proc, and whether that spoils the block. Decided from telemetry alone:
// values are never a reason to drop anything (reference/measure.md C4).
import type { BlockLoad } from '../../shared/measurement/block.ts';
import type { Clock } from '../../shared/runtime/clock.ts';

/** The text of a file, or null when it is not there. */
export type ReadText = (path: string) => Promise<string | null>;

interface CpuTicks {
  readonly total: number;
  readonly steal: number;
}

export interface MachineSample {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly loadAverage1m: number | null;
  readonly cpu: CpuTicks | null;
  /** Microseconds since boot in which something waited (PSI "some total"). */
  readonly pressureUs: {
    readonly cpu: number | null;
    readonly memory: number | null;
    readonly io: number | null;
  };
  readonly swappedInPages: number | null;
}

function firstNumber(text: string | null, pattern: RegExp): number | null {
  const found = text === null ? null : pattern.exec(text);
  return found?.[1] === undefined ? null : Number(found[1]);
}

/** `cpu user nice system idle iowait irq softirq steal guest guest_nice`; guest time is inside user time already. */
export function parseCpuTicks(stat: string | null): CpuTicks | null {
  const line = stat?.split('\n').find((one) => one.startsWith('cpu '));
  if (line === undefined) return null;
  const ticks = line.trim().split(/\s+/u).slice(1, 9).map(Number);
  if (ticks.length < 8 || ticks.some((tick) => !Number.isFinite(tick))) return null;
  return { total: ticks.reduce((sum, tick) => sum + tick, 0), steal: ticks[7] ?? 0 };
}

export async function sampleMachine(readText: ReadText, clock: Clock): Promise<MachineSample> {
  const [loadAverage, stat, memoryStat, cpu, memory, io] = await Promise.all(
    [
      '/proc/loadavg',
      '/proc/stat',
      '/proc/vmstat',
      '/proc/pressure/cpu',
      '/proc/pressure/memory',
      '/proc/pressure/io',
    ].map(readText),
  );
  const some = /^some .*total=(\d+)/mu;
  return {
    wallMs: clock.nowMs(),
    monotonicMs: clock.monotonicMs(),
    loadAverage1m: firstNumber(loadAverage ?? null, /^([\d.]+)/u),
    cpu: parseCpuTicks(stat ?? null),
    pressureUs: {
      cpu: firstNumber(cpu ?? null, some),
      memory: firstNumber(memory ?? null, some),
      io: firstNumber(io ?? null, some),
    },
    swappedInPages: firstNumber(memoryStat ?? null, /^pswpin (\d+)/mu),
  };
}

function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before;
}

function share(part: number | null, whole: number): number | null {
  return part === null || whole <= 0 ? null : Math.min(1, Math.max(0, part / whole));
}

function stealShare(before: CpuTicks | null, after: CpuTicks | null): number | null {
  if (before === null || after === null) return null;
  return share(after.steal - before.steal, after.total - before.total);
}

export function loadBetween(before: MachineSample, after: MachineSample): BlockLoad {
  const durationMs = after.monotonicMs - before.monotonicMs;
  const pressure = (kind: 'cpu' | 'memory' | 'io'): number | null =>
    share(difference(before.pressureUs[kind], after.pressureUs[kind]), durationMs * 1000);
  return {
    durationMs,
    loadAverage1m: after.loadAverage1m,
    stealShare: stealShare(before.cpu, after.cpu),
    cpuPressureShare: pressure('cpu'),
    memoryPressureShare: pressure('memory'),
    ioPressureShare: pressure('io'),
    swappedInPages: difference(before.swappedInPages, after.swappedInPages),
    clockJumpMs: after.wallMs - before.wallMs - durationMs,
  };
}

const MAXIMUM_STEAL_SHARE = 0.1;
const MAXIMUM_CLOCK_JUMP_MS = 1000;

/** Why the block does not count, or null. What the system does not tell is never a reason. */
export function whyDisturbed(load: BlockLoad): string | null {
  if (load.stealShare !== null && load.stealShare > MAXIMUM_STEAL_SHARE) {
    return `the hypervisor took ${Math.round(load.stealShare * 100)} % of the CPU time`;
  }
  if (load.swappedInPages !== null && load.swappedInPages > 0) {
    return `${load.swappedInPages} pages were swapped in`;
  }
  if (Math.abs(load.clockJumpMs) > MAXIMUM_CLOCK_JUMP_MS) {
    return `the clock jumped by ${Math.round(load.clockJumpMs)} ms`;
  }
  return null;
}
