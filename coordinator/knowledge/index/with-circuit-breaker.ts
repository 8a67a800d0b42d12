// A place that cannot be reached is asked for two projects with all patience, then no more in this sync: fifty projects
// must not wait for fifty rounds of retries.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { IndexClient } from './index-client.ts';

const patience = 2;

export function withCircuitBreaker(client: IndexClient): IndexClient {
  let failures = 0;
  let last: TroopError | undefined;
  return {
    location: client.location,
    project: async (name, signal) => {
      if (last !== undefined && failures >= patience) throw last;
      try {
        const page = await client.project(name, signal);
        failures = 0;
        return page;
      } catch (error) {
        if (error instanceof TroopError && error.code === 'TROOP-1102') {
          failures += 1;
          last = error;
        }
        throw error;
      }
    },
  };
}
