// What the kernel does about the CPU's weaknesses: it costs speed, and changes with a boot option.
// https://docs.kernel.org/admin-guide/hw-vuln/index.html
import type { Fact } from '../fact.ts';
import { readValue } from '../machine-reader.ts';
import { mapBounded } from '../run-bounded.ts';

const FOLDER = '/sys/devices/system/cpu/vulnerabilities';

export const mitigationsFact: Fact = {
  name: 'mitigations',
  provides: ['kernel.mitigations'],
  volatile: false,
  collect: async (reader) => {
    const names = await reader.listFolder(FOLDER);
    if (names.length === 0) {
      return { unknown: { 'kernel.mitigations': `${FOLDER} cannot be read` } };
    }
    const entries = await mapBounded(names, 4, async (name) => {
      const text = await readValue(reader, `${FOLDER}/${name}`);
      return text === null ? [] : [[name, text] as const];
    });
    return { kernel: { mitigations: Object.fromEntries(entries.flat()) } };
  },
};
