// Turbo depends on temperature and neighbours: fast, and less repeatable.
import { ok, skip, warn, type Check } from '../check.ts';

export const turboCheck: Check = {
  id: 'turbo',
  title: 'turbo',
  run: async ({ fingerprint }) => {
    const { turbo } = fingerprint.cpu;
    if (turbo === null) return skip(fingerprint.unknown['cpu.turbo'] ?? 'nothing tells it');
    return turbo
      ? warn(
          'on: how far the clock rises depends on temperature and on the other cores',
          'turn it off for steadier numbers; comparisons inside a block hold either way',
        )
      : ok('off');
  },
};
