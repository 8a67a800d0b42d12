// Settings of the kernel that move benchmarks and that an owner may turn at run time.
import type { Fact } from '../fact.ts';
import { readNumber, readValue } from '../machine-reader.ts';

export const kernelSettingsFact: Fact = {
  name: 'kernel-settings',
  provides: ['kernel.transparentHugePages', 'kernel.addressRandomisation', 'kernel.isolatedCpus'],
  volatile: true,
  collect: async (reader) => {
    const pages = await readValue(reader, '/sys/kernel/mm/transparent_hugepage/enabled');
    const isolated = await reader.readFile('/sys/devices/system/cpu/isolated');
    return {
      kernel: {
        // The active one stands in brackets: `always [madvise] never`.
        transparentHugePages: /\[([a-z]+)\]/.exec(pages ?? '')?.[1] ?? null,
        addressRandomisation: await readNumber(reader, '/proc/sys/kernel/randomize_va_space'),
        isolatedCpus: isolated?.trim() ?? null,
      },
    };
  },
};
