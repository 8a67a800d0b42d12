// What the frequency driver may do. Absent in most virtual machines, where the host decides.
import type { Fact } from '../fact.ts';
import { readNumber, readValue, type MachineReader } from '../machine-reader.ts';
import { mapBounded } from '../run-bounded.ts';
import { onlineCpus } from './topology.ts';

/** Why nothing is known of frequencies. */
export const reasonFor = ({ platform }: MachineReader): string =>
  platform === 'darwin'
    ? 'macOS does not tell it'
    : 'the machine has no frequency driver (usual in virtual machines)';

export const frequencyFact: Fact = {
  name: 'frequency',
  provides: ['cpu.maximumMhz', 'cpu.frequencyDriver'],
  volatile: false,
  collect: async (reader) => {
    const cpus = await onlineCpus(reader);
    const maxima = await mapBounded(cpus, 8, (cpu) =>
      readNumber(reader, `/sys/devices/system/cpu/cpu${cpu}/cpufreq/cpuinfo_max_freq`),
    );
    const known = maxima.filter((kilohertz) => kilohertz !== null && kilohertz > 0);
    const driver = await readValue(
      reader,
      `/sys/devices/system/cpu/cpu${cpus[0] ?? 0}/cpufreq/scaling_driver`,
    );
    return {
      cpu: {
        maximumMhz: known.length === 0 ? null : Math.round(Math.max(...known.map(Number)) / 1000),
        frequencyDriver: driver,
      },
      unknown: { 'cpu.maximumMhz': reasonFor(reader), 'cpu.frequencyDriver': reasonFor(reader) },
    };
  },
};
