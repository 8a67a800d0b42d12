// Sockets, cores and threads that are online. Two CPUs are one core when they are each other's thread siblings.
import type { CpuFacts, PartialFingerprint } from '../../../shared/machine/fingerprint.ts';
import type { Fact } from '../fact.ts';
import { parseKernelList } from '../kernel-list.ts';
import { readValue, type MachineReader } from '../machine-reader.ts';
import { positive, systemRecord } from '../system-information.ts';
import { mapBounded } from '../run-bounded.ts';

const CPUS = '/sys/devices/system/cpu';

export const topologyFact: Fact = {
  name: 'topology',
  provides: ['cpu.sockets', 'cpu.physicalCores', 'cpu.logicalCpus'],
  volatile: false,
  collect: (reader) => (reader.platform === 'darwin' ? readMac(reader) : readLinux(reader)),
};

/** The CPUs that are online, or none when the kernel does not say. */
export async function onlineCpus(reader: MachineReader): Promise<readonly number[]> {
  return parseKernelList((await readValue(reader, `${CPUS}/online`)) ?? '');
}

async function readLinux(reader: MachineReader): Promise<PartialFingerprint> {
  const online = await onlineCpus(reader);
  const perCpu = await mapBounded(online, 8, async (cpu) => ({
    siblings: await readValue(reader, `${CPUS}/cpu${cpu}/topology/thread_siblings_list`),
    package: await readValue(reader, `${CPUS}/cpu${cpu}/topology/physical_package_id`),
  }));
  const cpu: Partial<CpuFacts> = {
    logicalCpus: online.length > 0 ? online.length : null,
    physicalCores: countDistinct(perCpu.map((each) => each.siblings)),
    sockets: countDistinct(perCpu.map((each) => each.package)),
  };
  return { cpu };
}

/** How many different values, null unless every CPU has one. */
function countDistinct(values: readonly (string | null)[]): number | null {
  return values.length === 0 || values.includes(null) ? null : new Set(values).size;
}

async function readMac(reader: MachineReader): Promise<PartialFingerprint> {
  const cpu = await systemRecord(reader, 'cpu');
  return {
    cpu: {
      sockets: positive(cpu['processors']),
      physicalCores: positive(cpu['physicalCores']),
      logicalCpus: positive(cpu['cores']),
    },
  };
}
