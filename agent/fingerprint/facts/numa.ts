// The NUMA nodes with their CPUs and memory; a machine with one node has one.
import type { NumaNode } from '../../../shared/machine/fingerprint.ts';
import type { Fact } from '../fact.ts';
import { readValue, type MachineReader } from '../machine-reader.ts';
import { mapBounded } from '../run-bounded.ts';

const NODES = '/sys/devices/system/node';

export const numaFact: Fact = {
  name: 'numa',
  provides: ['cpu.numaNodes'],
  volatile: false,
  collect: async (reader) => {
    const ids = (await reader.listFolder(NODES))
      .flatMap((name) => /^node([0-9]+)$/.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((left, right) => left - right);
    if (ids.length === 0) {
      return { unknown: { 'cpu.numaNodes': 'the kernel lists no NUMA nodes' } };
    }
    return { cpu: { numaNodes: await mapBounded(ids, 8, (id) => readNode(reader, id)) } };
  },
};

async function readNode(reader: MachineReader, id: number): Promise<NumaNode> {
  const cpus = await readValue(reader, `${NODES}/node${id}/cpulist`);
  const memory = await reader.readFile(`${NODES}/node${id}/meminfo`);
  const kibibytes = /MemTotal:\s+([0-9]+) kB/.exec(memory ?? '')?.[1];
  return { id, cpus: cpus ?? '', memoryBytes: kibibytes === undefined ? null : Number(kibibytes) * 1024 };
}
