// Neighbours on the same host take time that shows as steal, or does not show at all.
import { ok, skip, warn, type Check } from '../check.ts';

export const virtualisationCheck: Check = {
  id: 'virtualisation',
  title: 'virtualisation',
  run: async ({ fingerprint }) => {
    const { virtualisation, container, unknown } = fingerprint;
    if (virtualisation === null) return skip(unknown['virtualisation'] ?? 'nothing tells it');
    const inside =
      container.kind === null || container.kind === 'none' ? '' : `, container ${container.kind}`;
    return virtualisation === 'none'
      ? ok(`none${inside}`)
      : warn(
          `${virtualisation}${inside}: other guests of the host share its CPU and caches`,
          'use a machine of its own where small differences matter; the report says how sure it is',
        );
  },
};
