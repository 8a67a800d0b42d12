import { describe, expect, it } from 'vitest';
import {
  loadBetween,
  parseCpuTicks,
  sampleMachine,
  whyDisturbed,
  type MachineSample,
} from '../../../../agent/benchmark/telemetry.ts';
import type { Clock } from '../../../../shared/runtime/clock.ts';

const stat = (user: number, idle: number, steal: number): string =>
  `cpu  ${user} 0 0 ${idle} 0 0 0 ${steal} 999 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n`;
const clockAt = (wallMs: number, monotonicMs: number): Clock => ({
  nowMs: () => wallMs,
  monotonicMs: () => monotonicMs,
  sleep: () => Promise.resolve(),
});
const readerOf = (files: Readonly<Record<string, string>>) => (path: string) =>
  Promise.resolve(files[path] ?? null);

async function sampleAt(seconds: number, files: Readonly<Record<string, string>>): Promise<MachineSample> {
  return sampleMachine(readerOf(files), clockAt(1e12 + seconds * 1000, seconds * 1000));
}

const before = {
  '/proc/loadavg': '0.50 0.40 0.30 1/200 4242\n',
  '/proc/stat': stat(100, 100, 0),
  '/proc/vmstat': 'pswpin 10\npswpout 20\n',
  '/proc/pressure/cpu': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\n',
  '/proc/pressure/memory': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0 total=5\n',
  '/proc/pressure/io': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
};

describe('the load of a block', () => {
  it('is told as differences, as shares of time', async () => {
    const after = {
      ...before,
      '/proc/loadavg': '1.25 0.40 0.30 1/200 4242\n',
      '/proc/stat': stat(150, 145, 5),
      '/proc/pressure/cpu': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=3000000\n',
    };
    const load = loadBetween(await sampleAt(0, before), await sampleAt(10, after));
    expect(load).toEqual({
      durationMs: 10_000,
      loadAverage1m: 1.25,
      stealShare: 0.05,
      cpuPressureShare: 0.2,
      memoryPressureShare: 0,
      ioPressureShare: 0,
      swappedInPages: 0,
      clockJumpMs: 0,
    });
    expect(whyDisturbed(load)).toBeNull();
  });

  it('is unknown, never zero, where the system does not tell, and that disturbs nothing', async () => {
    const load = loadBetween(await sampleAt(0, {}), await sampleAt(10, {}));
    expect(load).toMatchObject({ loadAverage1m: null, stealShare: null, cpuPressureShare: null });
    expect(load.swappedInPages).toBeNull();
    expect(whyDisturbed(load)).toBeNull();
  });

  it('disturbs by steal, by swapping in and by a jump of the clock, and by nothing else', async () => {
    const start = await sampleAt(0, before);
    const stolen = await sampleAt(10, { ...before, '/proc/stat': stat(140, 140, 20) });
    expect(whyDisturbed(loadBetween(start, stolen))).toContain('20 %');
    const swapped = await sampleAt(10, { ...before, '/proc/vmstat': 'pswpin 13\n' });
    expect(whyDisturbed(loadBetween(start, swapped))).toContain('3 pages');
    const jumped = await sampleMachine(readerOf(before), clockAt(1e12 + 60_000, 10_000));
    expect(whyDisturbed(loadBetween(start, jumped))).toContain('50000 ms');
    const busy = await sampleAt(10, { ...before, '/proc/loadavg': '64.00 0 0 1/2 3\n' });
    expect(whyDisturbed(loadBetween(start, busy))).toBeNull();
  });
});

describe('the CPU line', () => {
  it('of an old kernel without steal is unknown', () => {
    expect(parseCpuTicks('cpu 1 2 3 4 5 6 7\n')).toBeNull();
    expect(parseCpuTicks('intr 5\n')).toBeNull();
    expect(parseCpuTicks('cpu 1 2 3 4 5 6 7 8\n')).toEqual({ total: 36, steal: 8 });
  });
});
