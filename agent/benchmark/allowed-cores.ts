// The logical CPUs that this process, and so everything that it starts, may run on.
import type { ReadText } from './telemetry.ts';

/** Ranges of the kernel's list format, such as `0-3,8`. */
export function parseCoreList(text: string): readonly number[] {
  return text
    .trim()
    .split(',')
    .flatMap((range) => {
      const found = /^(\d+)(?:-(\d+))?$/u.exec(range.trim());
      if (found === null) return [];
      const first = Number(found[1]);
      const last = Number(found[2] ?? found[1]);
      return Array.from({ length: Math.min(last - first + 1, 4096) }, (_, index) => first + index);
    });
}

/** Empty where the system does not tell; processes are then not pinned. */
export async function readAllowedCores(readText: ReadText): Promise<readonly number[]> {
  const status = await readText('/proc/self/status');
  const found = /^Cpus_allowed_list:\s*(\S+)/mu.exec(status ?? '');
  return found?.[1] === undefined ? [] : parseCoreList(found[1]);
}
