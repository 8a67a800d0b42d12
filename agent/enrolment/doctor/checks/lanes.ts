// The level of the CPU, from its flags, and the lanes of the built-in catalogue that the machine would be in.
import { defaultLanes, lanesOf } from '../../../../shared/machine/lanes.ts';
import { ok, warn, type Check } from '../check.ts';

export const lanesCheck: Check = {
  id: 'lanes',
  title: 'CPU and lanes',
  run: async ({ fingerprint }) => {
    const { cpu, gpus } = fingerprint;
    const names = (gpus ?? []).map((gpu) => gpu.name ?? gpu.vendor);
    const seen = [
      `${cpu.modelName ?? 'unknown CPU'}, ${cpu.level ?? 'level not known'}`,
      ...(names.length === 0 ? [] : [names.join(', ')]),
      `lanes ${lanesOf(defaultLanes, fingerprint).join(' ')}`,
    ].join('; ');
    return cpu.level === null
      ? warn(
          seen,
          `the flags of the CPU cannot be read (${fingerprint.unknown['cpu.flags'] ?? 'nothing tells them'})`,
        )
      : ok(seen);
  },
};
