// Limits of the agent's control group on CPU time and memory: the smallest along the way up, in either version.
// https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
import type { ContainerFacts } from '../../shared/machine/fingerprint.ts';
import { readValue, type MachineReader } from './machine-reader.ts';

type Limit = number | 'unlimited' | null;
type Limits = Pick<ContainerFacts, 'cpuLimit' | 'memoryLimitBytes'>;

const MAXIMUM_DEPTH = 32;
/** Version 1 writes "no limit" as a number near 2^63. */
const V1_UNLIMITED_BYTES = 2 ** 60;

export async function readCgroupLimits(reader: MachineReader): Promise<Limits> {
  const own = await reader.readFile('/proc/self/cgroup');
  if (own === null) {
    return { cpuLimit: null, memoryLimitBytes: null };
  }
  const groups = own
    .trim()
    .split('\n')
    .map((line) => line.split(':'));
  const v1 = (controller: string): string | undefined =>
    groups.find(([, names]) => names?.split(',').includes(controller))?.[2];
  const v2 = groups.find(([id, names]) => id === '0' && names === '')?.[2];
  return {
    cpuLimit: await smallest(reader, v1('cpu'), v2, { v1: v1CpuLimit, v2: v2CpuLimit, folder: 'cpu' }),
    memoryLimitBytes: await smallest(reader, v1('memory'), v2, {
      v1: v1MemoryLimit,
      v2: v2MemoryLimit,
      folder: 'memory',
    }),
  };
}

type ReadLimit = (reader: MachineReader, folder: string) => Promise<Limit>;

/** A controller is either with version 1 or with version 2; where it is with neither, nothing limits. */
async function smallest(
  reader: MachineReader,
  v1Path: string | undefined,
  v2Path: string | undefined,
  how: { readonly v1: ReadLimit; readonly v2: ReadLimit; readonly folder: string },
): Promise<Limit> {
  const [mount, path, read] =
    v1Path === undefined
      ? ['/sys/fs/cgroup', v2Path ?? '/', how.v2]
      : [`/sys/fs/cgroup/${how.folder}`, v1Path, how.v1];
  const limits: Limit[] = [];
  for (const folder of upwards(path)) {
    limits.push(await read(reader, `${mount}${folder}`));
  }
  const numbers = limits.filter((limit) => typeof limit === 'number');
  return numbers.length > 0 ? Math.min(...numbers) : 'unlimited';
}

/** `/a/b`, `/a`, `` */
function upwards(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return Array.from({ length: Math.min(parts.length, MAXIMUM_DEPTH) + 1 }, (_, index) =>
    parts
      .slice(0, parts.length - index)
      .map((part) => `/${part}`)
      .join(''),
  );
}

async function v2CpuLimit(reader: MachineReader, folder: string): Promise<Limit> {
  const [quota, period] = ((await readValue(reader, `${folder}/cpu.max`)) ?? 'max').split(' ');
  return quota === 'max' ? 'unlimited' : ratio(quota, period);
}

async function v2MemoryLimit(reader: MachineReader, folder: string): Promise<Limit> {
  const text = (await readValue(reader, `${folder}/memory.max`)) ?? 'max';
  return text === 'max' ? 'unlimited' : whole(text);
}

async function v1CpuLimit(reader: MachineReader, folder: string): Promise<Limit> {
  const quota = await readValue(reader, `${folder}/cpu.cfs_quota_us`);
  const period = await readValue(reader, `${folder}/cpu.cfs_period_us`);
  return quota === null || quota === '-1' ? 'unlimited' : ratio(quota, period ?? undefined);
}

async function v1MemoryLimit(reader: MachineReader, folder: string): Promise<Limit> {
  const bytes = whole((await readValue(reader, `${folder}/memory.limit_in_bytes`)) ?? undefined);
  return bytes === null || bytes > V1_UNLIMITED_BYTES ? 'unlimited' : bytes;
}

function ratio(quota: string | undefined, period: string | undefined): Limit {
  const [part, of] = [whole(quota), whole(period)];
  return part === null || of === null || of === 0 ? null : Math.round((part / of) * 100) / 100;
}

const whole = (text: string | undefined): number | null =>
  text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : null;
