// How the frequency is chosen now. Volatile: an owner may turn it at any time, and a benchmark wants to know.
import type { Fact } from '../fact.ts';
import { readNumber, readValue, type MachineReader } from '../machine-reader.ts';
import { mapBounded } from '../run-bounded.ts';
import { reasonFor } from './frequency.ts';
import { onlineCpus } from './topology.ts';

export const governorFact: Fact = {
  name: 'governor',
  provides: ['cpu.governor', 'cpu.turbo'],
  volatile: true,
  collect: async (reader) => {
    const cpus = await onlineCpus(reader);
    const governors = await mapBounded(cpus, 8, (cpu) =>
      readValue(reader, `/sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_governor`),
    );
    const distinct = [...new Set(governors.filter((governor) => governor !== null))].toSorted();
    return {
      cpu: { governor: distinct.length === 0 ? null : distinct.join(','), turbo: await readTurbo(reader) },
      unknown: {
        'cpu.governor': reasonFor(reader),
        'cpu.turbo': 'neither intel_pstate nor cpufreq tells whether turbo is on',
      },
    };
  },
};

async function readTurbo(reader: MachineReader): Promise<boolean | null> {
  const off = await readNumber(reader, '/sys/devices/system/cpu/intel_pstate/no_turbo');
  if (off !== null) {
    return off === 0;
  }
  const on = await readNumber(reader, '/sys/devices/system/cpu/cpufreq/boost');
  return on === null ? null : on !== 0;
}
