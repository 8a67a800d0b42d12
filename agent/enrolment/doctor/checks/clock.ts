// The database's clock decides and leases run on monotonic time, so a wrong clock breaks nothing; but the times that
// the machine notes would not fit those of others.
import { ok, skip, warn, whenJoined, type Check } from '../check.ts';

const TOLERATED_MS = 2000;

export const clockCheck: Check = {
  id: 'clock',
  title: 'clock',
  run: (context) =>
    whenJoined(context, async (credentials) => {
      const probe = await context.askCoordinator(credentials);
      if (!probe.reachable) return skip('the coordinator does not answer');
      if (probe.clockOffsetMs === null) return skip('the coordinator does not tell its time');
      const seconds = (probe.clockOffsetMs / 1000).toFixed(1);
      return Math.abs(probe.clockOffsetMs) > TOLERATED_MS
        ? warn(`${seconds} s off the coordinator's`, 'let chrony or another NTP service set it')
        : ok(`${seconds} s off the coordinator's, within what its answer can tell`);
    }),
};
