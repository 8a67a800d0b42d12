// A frequency that follows the load makes the same work take different times.
import { ok, skip, warn, type Check } from '../check.ts';

export const governorCheck: Check = {
  id: 'governor',
  title: 'frequency governor',
  run: async ({ fingerprint }) => {
    const { governor } = fingerprint.cpu;
    if (governor === null) return skip(fingerprint.unknown['cpu.governor'] ?? 'nothing tells it');
    return governor === 'performance'
      ? ok(governor)
      : warn(
          `${governor}: the frequency follows the load, and times with it`,
          "set it to 'performance' while the machine serves: cpupower frequency-set -g performance",
        );
  },
};
