// Numbers as people read them.

/** `13.6 MB`, decimal units. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= (unit === 0 ? 1000 : 999.95) && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** `850 ms`, `12.3 s`, `4m10s`, `3h10m`. */
export function formatDuration(durationMs: number): string {
  if (Math.round(durationMs) < 1000) return `${Math.round(durationMs)} ms`;
  const seconds = durationMs / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(whole / 3600)}h${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}m`;
}

/** A time in nanoseconds with three digits: `1.23 ms`, `45.6 µs`. */
export function formatNanoseconds(durationNs: number): string {
  const units: readonly [number, string][] = [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
    [1, 'ns'],
  ];
  const [size, unit] = units.find(([candidate]) => Math.abs(durationNs) >= candidate * 0.9995) ?? [1, 'ns'];
  const value = durationNs / size;
  return `${Math.abs(value) >= 999.5 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
}

/** A measured number in the unit that its metric has: `80.6 ms`, `32.7 MB`, `1.25e+3 rows/s`. */
export function formatQuantity(value: number, unit: string): string {
  if (unit === 'ns') return formatNanoseconds(value);
  return unit === 'bytes' ? formatBytes(value) : `${value.toPrecision(3)} ${unit}`.trimEnd();
}

/** `1 stack`, `3 stacks`; `many` where an s alone does not do. */
export const plural = (count: number, noun: string, many = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : many}`;
