// The version of the BIOS: an update can change speed as much as a new CPU. https://docs.kernel.org/ABI (class/dmi)
import type { Fact } from '../fact.ts';
import { readValue } from '../machine-reader.ts';

export const firmwareFact: Fact = {
  name: 'firmware',
  provides: ['firmware'],
  volatile: false,
  collect: async (reader) => {
    const vendor = await readValue(reader, '/sys/class/dmi/id/bios_vendor');
    const version = await readValue(reader, '/sys/class/dmi/id/bios_version');
    if (version === null) {
      return { unknown: { firmware: 'the machine has no DMI table that can be read' } };
    }
    return { firmware: vendor === null ? version : `${vendor} ${version}` };
  },
};
