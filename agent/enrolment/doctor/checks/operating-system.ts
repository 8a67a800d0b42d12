// Agents run on Linux, x86_64 and aarch64; macOS as far as facts and builds go.
import { fail, ok, warn, type Check } from '../check.ts';

const SERVED = ['x86_64', 'aarch64'];

export const operatingSystemCheck: Check = {
  id: 'operating-system',
  title: 'operating system',
  run: async ({ platform, fingerprint: { os, kernel, libc, cpu } }) => {
    const seen = [
      os.prettyName ?? platform,
      `kernel ${kernel.release ?? 'not known'}`,
      `${libc.family ?? 'libc'} ${libc.version ?? 'not known'}`,
      cpu.architecture ?? 'architecture not known',
    ].join(', ');
    if (platform === 'darwin') {
      return warn(seen, 'use a Linux machine for measurements: macOS serves facts and builds only');
    }
    if (platform !== 'linux') return fail(seen, 'use a Linux machine');
    const isServed = cpu.architecture === null || SERVED.includes(cpu.architecture);
    return isServed ? ok(seen) : fail(seen, `use a machine of ${SERVED.join(' or ')}`);
  },
};
