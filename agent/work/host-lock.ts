// One trial per host at a time, whatever the number of agents and their users: two benchmarks on one machine measure
// each other. The lock is taken before an offer is pulled, so that no lease runs while its holder waits for the host.
import { tryLock } from '../../shared/runtime/file-lock.ts';
import type { Clock } from '../../shared/runtime/clock.ts';

export interface HostLock {
  /** Resolves with the release function once the host is ours, or with null when the signal aborts first. */
  acquire(signal: AbortSignal): Promise<(() => Promise<void>) | null>;
}

export interface HostLockOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly pollMs: number;
  /** Told once a wait: the process that has the host, where that can be read; and null when the wait is over. */
  readonly onWait?: (wait: { readonly holderPid: number | null } | null) => void;
}

export function createHostLock(options: HostLockOptions): HostLock {
  return {
    acquire: async (signal) => {
      let isWaiting = false;
      try {
        while (!signal.aborted) {
          const attempt = await tryLock(options.path);
          if (attempt.held) return () => attempt.lock.release();
          if (!isWaiting) options.onWait?.({ holderPid: attempt.holder?.pid ?? null });
          isWaiting = true;
          await options.clock.sleep(options.pollMs, signal);
        }
        return null;
      } finally {
        if (isWaiting) options.onWait?.(null);
      }
    },
  };
}
