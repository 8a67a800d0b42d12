// One trial per host at a time, whatever the number of agents and their users: two benchmarks on one machine measure
// each other. The lock is taken before an offer is pulled, so that no lease runs while its holder waits for the host.
import { tryLock } from '../../shared/runtime/file-lock.ts';
import type { Clock } from '../../shared/runtime/clock.ts';

export interface HostLock {
  /** Resolves with the release function once the host is ours, or with null when the signal aborts first. */
  acquire(signal: AbortSignal): Promise<(() => Promise<void>) | null>;
}

export function createHostLock(options: { path: string; clock: Clock; pollMs: number }): HostLock {
  return {
    acquire: async (signal) => {
      while (!signal.aborted) {
        const attempt = await tryLock(options.path);
        if (attempt.held) return () => attempt.lock.release();
        await options.clock.sleep(options.pollMs, signal);
      }
      return null;
    },
  };
}
